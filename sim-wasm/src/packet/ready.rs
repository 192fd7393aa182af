//! poll() and epoll: what is ready (`tcp_poll`).

use super::calls::{Descriptor, Done, Progress, Tried, int};
use super::outcome::Failure;
use super::run::{Runner, later};
use super::sockopt::different;
use crate::script::ast::{Arg, Call};
use crate::tcp::SocketId;
use crate::text::Text;
use crate::time::Time;

const ERR: u32 = 8;
const HUP: u32 = 16;
const EDGE: u32 = 1 << 31;
const ONESHOT: u32 = 1 << 30;

static ARGUMENT: Text = Text::new("argument of a call", "调用的参数");

/// An epoll instance.
#[derive(Debug, Default)]
pub(super) struct Epoll {
    watched: Vec<Watched>,
}

#[derive(Debug)]
struct Watched {
    number: i64,
    id: SocketId,
    events: u32,
    /// What epoll_wait() gives back.
    data: Option<i64>,
    /// Edge-triggered: did anything happen since it was told?
    fresh: bool,
    /// One-shot: told already.
    spent: bool,
}

impl Epoll {
    pub(super) fn woken(&mut self, id: SocketId) {
        for watched in self.watched.iter_mut().filter(|watched| watched.id == id) {
            watched.fresh = true;
        }
    }
}

impl Runner<'_> {
    pub(super) fn poll(&mut self, call: &Call, progress: &mut Progress) -> Tried<i64> {
        let other = || Done::Beyond(&ARGUMENT, "poll: 1".to_string());
        let list = call.args.first().and_then(Arg::list).ok_or_else(other)?;
        let mut ready = 0;
        let mut wrong = None;
        for entry in list {
            let field = |name: &str| entry.field(name).and_then(Arg::int);
            let number = field("fd").ok_or_else(other)?;
            let events = field("events").ok_or_else(other)? as u32;
            let socket = self.fds.socket(number);
            let socket = socket.ok_or(Done::wrong(Failure::Descriptor { number, open: false }))?;
            let found = self.host.poll_mask(socket.id) & (events | ERR | HUP);
            ready += i64::from(found != 0);
            let expected = field("revents").unwrap_or(0) as u32;
            if found != expected && wrong.is_none() {
                wrong = Some(different(format!("revents of {number}"), names(expected), names(found)));
            }
        }
        if ready == 0 && self.goes_on(int(call, 2)?, progress) {
            return Err(Done::Waits);
        }
        match (wrong, call.result) {
            // A wrong count says more than the events behind it.
            (Some(wrong), Some(expected)) if expected == ready => Err(wrong),
            _ => Ok(ready),
        }
    }

    /// Does a call that found nothing wait on? `timeout` is in milliseconds, below 0 for ever.
    fn goes_on(&self, timeout: i64, progress: &mut Progress) -> bool {
        match u64::try_from(timeout) {
            Ok(millis) => {
                let end = later(self.now, Time::from_millis(millis.min(1 << 32)));
                self.now < *progress.timeout.get_or_insert(end)
            }
            Err(_) => true,
        }
    }

    pub(super) fn epoll_ctl(&mut self, call: &Call) -> Tried<i64> {
        const ADD: i64 = 1;
        const DEL: i64 = 2;
        const MOD: i64 = 3;
        let (number, operation) = (int(call, 2)?, int(call, 1)?);
        let Some(socket) = self.fds.socket(number) else {
            return Err(Done::wrong(Failure::Descriptor { number, open: false }));
        };
        let event = call.args.get(3);
        let events = event.and_then(|event| event.field("events")).and_then(Arg::int).unwrap_or(0) as u32;
        let data = event.and_then(data);
        let epoll = self.epoll(call)?;
        let place = epoll.watched.iter().position(|watched| watched.number == number);
        let watched = Watched { number, id: socket.id, events, data, fresh: true, spent: false };
        match (operation, place) {
            (ADD, None) => epoll.watched.push(watched),
            (ADD, Some(_)) => return Err(Done::Fails("EEXIST")),
            (DEL, Some(place)) => drop(epoll.watched.remove(place)),
            (MOD, Some(place)) => epoll.watched[place] = watched,
            (DEL | MOD, None) => return Err(Done::Fails("ENOENT")),
            _ => return Err(Done::Fails("EINVAL")),
        }
        Ok(0)
    }

    fn epoll(&mut self, call: &Call) -> Tried<&mut super::ready::Epoll> {
        let number = int(call, 0)?;
        match self.fds.get_mut(number) {
            Some(Descriptor::Epoll(epoll)) => Ok(epoll),
            _ => Err(Done::wrong(Failure::Descriptor { number, open: false })),
        }
    }

    pub(super) fn epoll_wait(&mut self, call: &Call, progress: &mut Progress) -> Tried<i64> {
        let most = int(call, 2)?;
        let mut masks = Vec::new();
        for watched in &self.epoll(call)?.watched {
            masks.push(watched.id);
        }
        let masks: Vec<u32> = masks.into_iter().map(|id| self.host.poll_mask(id)).collect();
        let mut first = None;
        let mut count = 0;
        for (watched, mask) in self.epoll(call)?.watched.iter_mut().zip(masks) {
            let found = mask & (watched.events | ERR | HUP) & 0xffff;
            let silent = watched.spent || (watched.events & EDGE != 0 && !watched.fresh);
            if found == 0 || silent || count >= most {
                continue;
            }
            watched.fresh = false;
            watched.spent = watched.events & ONESHOT != 0;
            first = first.or(Some((found, watched.data)));
            count += 1;
        }
        if count == 0 && self.goes_on(int(call, 3)?, progress) {
            return Err(Done::Waits);
        }
        let expected = call.args.get(1);
        let events = expected.and_then(|event| event.field("events")).and_then(Arg::int);
        if let (Some((found, given)), Some(events)) = (first, events)
            && call.result == Some(count)
        {
            if found != events as u32 {
                return Err(different("events".to_string(), names(events as u32), names(found)));
            }
            let wanted = expected.and_then(data);
            if wanted != given {
                let text = |data: Option<i64>| data.map_or("…".to_string(), |data| data.to_string());
                return Err(different("data".to_string(), text(wanted), text(given)));
            }
        }
        Ok(count)
    }
}

fn data(event: &Arg) -> Option<i64> {
    ["fd", "ptr", "u32", "u64"].into_iter().find_map(|name| event.field(name)).and_then(Arg::int)
}

/// The names of poll's events.
fn names(mask: u32) -> String {
    const NAMES: [(u32, &str); 8] = [
        (1, "POLLIN"),
        (2, "POLLPRI"),
        (4, "POLLOUT"),
        (8, "POLLERR"),
        (16, "POLLHUP"),
        (64, "POLLRDNORM"),
        (256, "POLLWRNORM"),
        (8192, "POLLRDHUP"),
    ];
    let set: Vec<&str> = NAMES.iter().filter(|(bit, _)| mask & bit != 0).map(|(_, name)| *name).collect();
    if set.is_empty() { "0".to_string() } else { set.join("|") }
}
