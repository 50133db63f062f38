//! A seller, a queue, whoever handles its messages, and a marketplace, on one clock.

use super::marketplace::{Changes, Marketplace};
use super::*;
use crate::delivery::Attempts;
use crate::mapping::Name;

#[derive(Debug, Clone)]
struct Message {
    what: Notification,
    visible_at: Instant,
}

/// Somebody at work: on a message, or by schedule.
#[derive(Debug, Clone)]
struct Worker {
    message: Option<Message>,
    due_by: Instant,
    doing: Doing,
    began: Instant,
}

#[derive(Debug, Clone)]
enum Doing {
    Deciding,
    Calling(Call, Attempts),
    Settling(Call, Reply),
}

/// Functions end after this.
const LIFETIME: i64 = 25_000;
/// A message whose function was cut off is seen again after this.
const HIDDEN: i64 = 180_000;

#[derive(Debug)]
pub(super) struct World {
    pub(super) now: Instant,
    pub(super) marketplace: Marketplace,
    goods: Goods,
    listing: Option<Listing>,
    messages: Vec<Message>,
    workers: Vec<Worker>,
    changed: Changes,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            now: at(0),
            marketplace: Marketplace::new(),
            goods: Goods::default(),
            listing: None,
            messages: Vec::new(),
            workers: Vec::new(),
            changed: Changes::default(),
        }
    }

    pub(super) fn state(&self) -> Option<&State> {
        self.listing.as_ref().map(|listing| &listing.state)
    }

    fn due(&self) -> Option<Instant> {
        self.listing.as_ref().and_then(Listing::due)
    }

    pub(super) fn knows_last(&self, kind: Kind) -> bool {
        self.marketplace.seen[kind as usize] >= self.changed[kind as usize].last().copied()
    }

    pub(super) fn pass(&mut self, milliseconds: i64) {
        self.now = self.after(milliseconds);
    }

    fn after(&self, milliseconds: i64) -> Instant {
        self.now.plus(SignedDuration::from_millis(milliseconds))
    }

    /// A change, and the message of it if the SKU is sold.
    pub(super) fn change(&mut self, kind: Kind) {
        if self.goods.sold {
            self.changes(&[kind]);
        }
    }

    fn changes(&mut self, kinds: &[Kind]) {
        for kind in kinds {
            self.changed[*kind as usize].push(self.now);
        }
        self.messages.push(Message {
            what: change(kinds, self.now),
            visible_at: self.now.plus(READABLE_AFTER),
        });
    }

    /// Whatever is the case, the marketplace is told of it again.
    pub(super) fn resync(&mut self) {
        let kinds = [Kind::Catalog, Kind::Price, Kind::Inventory];
        self.messages.push(Message {
            what: Notification {
                resync: true,
                ..change(&kinds, self.now)
            },
            visible_at: self.now.plus(READABLE_AFTER),
        });
    }

    pub(super) fn sell(&mut self, sold: bool) {
        if self.goods.sold != sold {
            self.goods.sold = sold;
            self.changes(&[Kind::Catalog, Kind::Price, Kind::Inventory]);
        }
    }

    pub(super) fn complete(&mut self, complete: bool) {
        if self.goods.missing.is_empty() != complete {
            self.goods.missing = match complete {
                true => Vec::new(),
                false => vec!["images".to_owned()],
            };
            self.changes(&[Kind::Catalog]);
        }
    }

    /// Another seller file: every SKU is told again.
    pub(super) fn map(&mut self, mapped: bool) {
        if self.goods.unmapped.is_empty() != mapped {
            self.goods.unmapped = match mapped {
                true => Vec::new(),
                false => vec![Name::brand("Feira")],
            };
            self.resync();
        }
    }

    /// The same.
    pub(super) fn rename(&mut self, brand: u8) {
        let names = names(&brand.to_string());
        if self.goods.names != names {
            self.goods.names = names;
            self.resync();
        }
    }

    pub(super) fn receive(&mut self, which: usize) {
        let visible: Vec<usize> = (0..self.messages.len())
            .filter(|index| self.messages[*index].visible_at <= self.now)
            .collect();
        if visible.is_empty() {
            return;
        }
        let message = self.messages.remove(visible[which % visible.len()]);
        self.work(Some(message));
    }

    pub(super) fn tick(&mut self) {
        let due = self.due();
        if due.is_some_and(|due| due <= self.now) {
            self.work(None);
        }
    }

    fn work(&mut self, message: Option<Message>) {
        self.workers.push(Worker {
            message,
            due_by: self.now,
            doing: Doing::Deciding,
            began: self.now,
        });
    }

    pub(super) fn cut(&mut self, which: usize) {
        if self.workers.is_empty() {
            return;
        }
        let worker = self.workers.remove(which % self.workers.len());
        if let Some(mut message) = worker.message {
            message.visible_at = self.after(HIDDEN);
            self.messages.push(message);
        }
    }

    pub(super) fn step(&mut self, which: usize) {
        if self.workers.is_empty() {
            return;
        }
        let which = which % self.workers.len();
        if self.now.millis() - self.workers[which].began.millis() > LIFETIME {
            return self.cut(which);
        }
        let mut worker = self.workers.remove(which);
        let doing = match worker.doing.clone() {
            Doing::Deciding => self.decides(&worker),
            Doing::Calling(call, attempts) => {
                let (changed, now) = (&self.changed, self.now);
                let reply = self
                    .marketplace
                    .called(call.request, &attempts, changed, now);
                Ok(Doing::Settling(call, reply))
            }
            Doing::Settling(call, reply) => self.settles(&worker, call, &reply),
        };
        match doing {
            Ok(doing) => {
                worker.doing = doing;
                self.workers.push(worker);
            }
            Err(Some(visible_at)) => {
                let message = worker.message;
                self.messages.extend(message.map(|message| Message {
                    visible_at,
                    ..message
                }));
            }
            Err(None) => {}
        }
    }

    /// What a worker does next, or when its message is seen again, if at all.
    fn decides(&mut self, worker: &Worker) -> Result<Doing, Option<Instant>> {
        let listing = self.listing.clone();
        let listing = listing.unwrap_or_else(|| listing_of(self.now));
        let trigger = match &worker.message {
            Some(message) => Trigger::Changed(&message.what),
            None => Trigger::Due(worker.due_by),
        };
        match listing.next(trigger, &self.goods, self.now) {
            Step::Rest => Err(None),
            // Queues count in whole seconds.
            Step::Wait { until, .. } => {
                let wait = (until.millis() - self.now.millis()).max(0);
                Err(Some(self.after((wait + 999) / 1000 * 1000)))
            }
            Step::Write(changed) => {
                self.write(*changed);
                Ok(Doing::Deciding)
            }
            Step::Incomplete { listing, .. } => {
                self.write(*listing);
                Err(None)
            }
            Step::Call { call, claimed } => {
                let attempts = claimed.tracks.of(call.request).attempts().clone();
                self.write(*claimed);
                Ok(Doing::Calling(call, attempts))
            }
        }
    }

    fn write(&mut self, mut listing: Listing) {
        listing.version += 1;
        self.listing = Some(listing);
    }

    fn settles(
        &mut self,
        worker: &Worker,
        call: Call,
        reply: &Reply,
    ) -> Result<Doing, Option<Instant>> {
        let listing = self.listing.clone().unwrap();
        self.write(listing.settled(call, reply, self.now));
        match reply {
            Reply::Waits { until, .. } => Err(worker.message.as_ref().map(|_| *until)),
            Reply::Refused { .. } if !call.request.is_about_a_suggestion() => Err(None),
            _ => Ok(Doing::Deciding),
        }
    }

    /// Lets everything come to rest, with an operator who approves.
    pub(super) fn settle(&mut self) {
        let mut next_tick = self.now;
        for _ in 0..10_000 {
            while !self.workers.is_empty() {
                self.step(0);
            }
            self.marketplace.decide(true);
            let message = self.messages.iter().map(|message| message.visible_at).min();
            let due = self.due();
            let due = due.map(|due| due.max(next_tick));
            let Some(next) = [message, due].into_iter().flatten().min() else {
                return;
            };
            self.now = self.now.max(next);
            self.receive(0);
            if due.is_some_and(|due| due <= self.now) {
                self.tick();
                next_tick = self.after(60_000);
            }
        }
        panic!("no rest: {self:#?}");
    }
}

fn listing_of(now: Instant) -> Listing {
    Listing {
        since: now,
        ..listing(State::Unknown { due: None })
    }
}
