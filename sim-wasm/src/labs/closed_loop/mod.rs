//! The lab `closed-loop`.
