//! Work that nobody waits for: it leaves the cores to those who want them.

use std::thread;

/// How much others go before, from 0 to 19: with this much, a thread that competes with one of the usual kind gets a tenth
/// of a core.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Does something on a thread of its own, which stands back behind all others. Threads that it starts do so, too.
pub fn spawn(work: impl FnOnce() + Send + 'static) {
    thread::spawn(move || {
        // On Linux this is about the calling thread alone; elsewhere it would be about the whole process.
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::setpriority_process(None, NICE) {
            tracing::debug!("work in the background takes part like all other: {error}");
        }
        work();
    });
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{NICE, spawn};
    use rustix::process::getpriority_process;
    use std::sync::mpsc::channel;
    use std::thread;

    #[test]
    fn background_stands_back_alone() {
        let before = getpriority_process(None).unwrap();
        let (tell, hear) = channel();
        spawn(move || {
            let own = getpriority_process(None).unwrap();
            let started = thread::spawn(|| getpriority_process(None).unwrap()).join().unwrap();
            tell.send((own, started)).unwrap();
        });
        assert_eq!(hear.recv().unwrap(), (NICE, NICE));
        assert_eq!(getpriority_process(None).unwrap(), before);
    }
}
