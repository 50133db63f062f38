//! That an order has room for whatever happens to it, and the ERP hears all of it.

use feirante_models::events::EventType;
use feirante_models::modification::{ModificationRequest, Withdrawal};
use feirante_models::outward::AgreementType;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::order::Change;
use crate::order::size::{MOST_BYTES, MOST_BYTES_PLACED, bytes};

/// What comes again and again.
#[derive(Debug, Clone, Copy)]
enum Flood {
    /// Invoices over a cent, each of which ends so.
    Invoices(End),
    /// A message that is wrong.
    Refusals,
    /// Cancellations that are given up.
    Cancellations,
    /// News of the first invoice's package.
    News,
    /// The marketplace asks to cancel, and the ERP does not want to.
    Requests,
    /// The marketplace modifies it, or takes that back.
    Modifications { withdrawn: bool },
}

#[derive(Debug, Clone, Copy)]
enum End {
    Taken,
    Refused,
    Unanswered,
}

/// As many letters of four bytes as a text of the other side may have.
fn long(characters: usize) -> String {
    "\u{1f4e6}".repeat(characters)
}

fn taken_at_last() -> Sent {
    Sent {
        attempts: u32::MAX,
        receipt: Some(long(200)),
    }
}

fn refused(kind: FailedDelivery, number: Option<&str>) -> Undelivered {
    Undelivered {
        detail: long(3000),
        ..failure(kind, number)
    }
}

struct Flooded {
    order: Order,
    /// What the ERP was told, each when it was the newest.
    heard: usize,
    /// What it had to be told.
    failures: usize,
    invoices: u32,
}

impl Flooded {
    fn write<A>(&mut self, outcome: Outcome<A>) -> Result<(), TestCaseError> {
        let Outcome::Change(transition, _) = outcome else {
            return Ok(());
        };
        let before = std::mem::replace(&mut self.order, transition.order);
        let order = &self.order;
        prop_assert_eq!(order.version, before.version + 1);
        let changes = order.timeline.iter().map(Entry::changes);
        prop_assert_eq!(changes.sum::<u64>(), order.version);
        let room = MOST_BYTES - MOST_BYTES_PLACED;
        let size = bytes(order);
        prop_assert!(size <= room, "{} of {}", size, room);
        let newest = order.timeline.last().map(|entry| &entry.change);
        self.heard +=
            usize::from(newest.and_then(Change::event) == Some(EventType::DeliveryFailed));
        Ok(())
    }

    fn fails(&mut self, what: Undelivered, finality: Finality) -> Result<(), TestCaseError> {
        self.failures += 1;
        self.write(undelivered(&self.order, what, finality, hours(9)))
    }

    fn comes(&mut self, flood: Flood) -> Result<(), TestCaseError> {
        match flood {
            Flood::Invoices(end) => self.invoice(end),
            Flood::Refusals => self.fails(
                refused(FailedDelivery::Tracking, Some("N-1")),
                Finality::NotAsked,
            ),
            Flood::Cancellations => {
                let Ok(started) = start_cancellation(&self.order, &long(500), hours(3)) else {
                    return Ok(());
                };
                self.write(started)?;
                let what = refused(FailedDelivery::Cancellation, None);
                self.fails(what, Finality::Unanswered)
            }
            Flood::News => {
                let Some(invoice) = self.order.invoices.iter().find(|one| one.is_sent()) else {
                    return Ok(());
                };
                let number = invoice.number.clone();
                let told = shipment_sent(&self.order, &number, taken_at_last(), hours(5));
                self.write(told)?;
                let (order, sent) = (&self.order, taken_at_last());
                let told = progress_sent(order, &number, 200, false, sent, hours(6));
                self.write(told)
            }
            Flood::Requests => {
                let details = CancellationDetails {
                    cancellation_request_id: Some(long(500)),
                    reason: Some(long(500)),
                    requested_by_user: Some(true),
                };
                let policy = CancellationPolicy::Evaluate;
                let asked = request_cancellation(&self.order, policy, details, hours(3));
                self.write(asked)?;
                match refuse_cancellation(&self.order, Some(long(500)), hours(4)) {
                    Ok(refused) => self.write(refused),
                    Err(_) => Ok(()),
                }
            }
            Flood::Modifications { withdrawn } => self.modified(withdrawn),
        }
    }

    fn modified(&mut self, withdrawn: bool) -> Result<(), TestCaseError> {
        let name = format!("{:0100}", self.order.version);
        let request = json!({
            "requestId": name, "reason": long(200), "manualIncrementValue": 1,
        });
        let request = ModificationRequest::read(request.to_string().as_bytes()).unwrap();
        let Ok(asked) = modification::asks(&self.order, &request, hours(3)) else {
            return Ok(());
        };
        self.write(asked)?;
        let id = modification::change(&name);
        if withdrawn {
            let withdrawal = Withdrawal {
                reason: Some(long(200)),
            };
            let back = withdraw_modification(&self.order, &id, withdrawal, hours(4)).unwrap();
            return self.write(back);
        }
        for agreement in [AgreementType::Acknowledgment, AgreementType::Confirmation] {
            let told = agreement_sent(&self.order, &id, agreement, taken_at_last(), hours(4));
            self.write(told)?;
            let agreed = modification::agrees(&self.order, &name, agreement, false, hours(5));
            self.write(agreed.unwrap())?;
        }
        Ok(())
    }

    fn invoice(&mut self, end: End) -> Result<(), TestCaseError> {
        self.invoices += 1;
        let number = format!("{:044}", self.invoices);
        let invoice = output(&number, 1);
        let Ok(accepted) = accept_invoice(&self.order, &invoice, hours(3)) else {
            return self.fails(
                refused(FailedDelivery::Invoice, Some(&number)),
                Finality::NotAsked,
            );
        };
        self.write(accepted)?;
        let finality = match end {
            End::Taken => {
                let order = &self.order;
                let sent = invoice_sent(order, &invoice.number, true, taken_at_last(), hours(4));
                return self.write(sent);
            }
            End::Refused => Finality::Refused,
            End::Unanswered => Finality::Unanswered,
        };
        self.fails(refused(FailedDelivery::Invoice, Some(&number)), finality)
    }
}

fn flood() -> impl Strategy<Value = Flood> {
    let end = prop::sample::select(vec![End::Taken, End::Refused, End::Unanswered]);
    prop_oneof![
        3 => end.prop_map(Flood::Invoices),
        1 => Just(Flood::Refusals),
        1 => Just(Flood::Cancellations),
        2 => Just(Flood::News),
        1 => Just(Flood::Requests),
        1 => any::<bool>().prop_map(|withdrawn| Flood::Modifications { withdrawn }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn an_order_stays_small_and_the_erp_is_told_of_every_failure(
        floods in prop::collection::vec((flood(), 1..120_usize), 1..6),
    ) {
        let order = authorized();
        let mut flooded = Flooded { order, heard: 0, failures: 0, invoices: 0 };
        for (flood, times) in floods {
            for _ in 0..times {
                flooded.comes(flood)?;
            }
        }
        prop_assert_eq!(flooded.heard, flooded.failures);
    }
}

#[test]
fn an_order_that_has_no_room_for_an_invoice_goes_on_with_those_it_has() {
    let mut order = Order {
        total: Cents::new(1_000_000),
        ..authorized()
    };
    let mut count = 0;
    let why = loop {
        let number = format!("{count:044}");
        match accept_invoice(&order, &output(&number, 1), hours(3)) {
            Ok(outcome) => {
                let accepted = changed(outcome);
                order = unanswered(&accepted, &self::number(&number));
            }
            Err(why) => break why,
        }
        count += 1;
        assert!(count < 5000, "no end");
    };
    assert!(count > 100, "{count}");
    assert_eq!(why, RefusedInvoice::NoRoom(count));
    // Of those it has, each may be sent again, and all of it be canceled.
    let known = output(&format!("{:044}", 7), 1);
    assert_eq!(
        invoiced(&order, &known).order.status(),
        "partially_invoiced"
    );
    assert!(canceling(&order).is_canceling());
}
