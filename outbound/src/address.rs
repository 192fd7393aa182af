//! Which addresses are public.
