//! Names to addresses that may be connected to. What is checked here is what is connected to: a name cannot be asked
//! for twice, and be somewhere else the second time.

use super::{Error, is_allowed};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Asks the system, and keeps what is allowed.
pub(super) struct Resolver {
    also: Arc<[IpAddr]>,
}

impl Resolver {
    pub(super) fn new(also: Arc<[IpAddr]>) -> Resolver {
        Resolver { also }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (also, name) = (self.also.clone(), name.as_str().to_string());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect);
            let found = match found {
                Ok(found) => found,
                Err(error) => return Err(Error::NoSuchName { name, reason: error.to_string() }.into()),
            };
            let allowed = choose(name, found, &also)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a name that are allowed.
pub(super) fn choose(
    name: String,
    found: Vec<SocketAddr>,
    also: &[IpAddr],
) -> Result<Vec<SocketAddr>, Error> {
    let first = found.first().map(SocketAddr::ip);
    let allowed: Vec<SocketAddr> = found.into_iter().filter(|at| is_allowed(at.ip(), also)).collect();
    match first {
        Some(address) if allowed.is_empty() => Err(Error::NameNotPublic { name, address }),
        Some(_) => Ok(allowed),
        None => Err(Error::NoSuchName { name, reason: "it has no address".to_string() }),
    }
}
