//! What an event does to an order, in a word.

use feirante_models::erp::{OrderReference, Progress, Shipment, TrackingEvent, TrackingMessage};

use feirante_models::modification::{ModificationRequest, Withdrawal};
use feirante_models::outward::AgreementType;

use super::*;
use crate::package::RefusedTracking;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    SamePlacement,
    OtherPlacement,
    Authorization,
    Cancellation(CancellationPolicy),
    ReservationEnds,
    ErpConfirms,
    ErpRefuses,
    ErpCancels,
    CancellationTaken,
    CancellationRefused,
    /// A person takes it at its prices.
    Release,
    /// A person does not.
    Rejection,
    /// A modification is asked for that takes off one unit.
    Modification,
    /// The last one is confirmed by the marketplace, which knows that the seller knows of it.
    Confirmation,
    /// It is taken back.
    Withdrawal,
    /// Accepted, sent and taken: over one cent, or over all that is left.
    Invoice {
        kind: InvoiceType,
        all: bool,
    },
    TrackingNumber,
    Delivered,
}

/// What came of an event: the change it made, if it made one, or its answer as one word.
type Came = Result<Transition, String>;

fn came<A>(outcome: Outcome<A>, word: impl FnOnce(A) -> String) -> Came {
    match outcome {
        Outcome::Change(transition, _) => Ok(*transition),
        Outcome::Unchanged(answer) => Err(word(answer)),
    }
}

fn nothing(outcome: Outcome<()>) -> Came {
    came(outcome, |()| "·".to_owned())
}

/// The cell of `event` in the row of `order`.
pub(super) fn cell(order: &Order, event: Event) -> String {
    let transition = match happens(order, event) {
        Ok(transition) => transition,
        Err(answer) => return answer,
    };
    let changed = &transition.order;
    let applied = event == Event::Confirmation;
    let untouched = Order {
        version: order.version,
        state: order.state.clone(),
        review: match event {
            Event::Release => order.review,
            _ => changed.review,
        },
        invoices: order.invoices.clone(),
        canceling: order.canceling.clone(),
        lines: if applied {
            &order.lines
        } else {
            &changed.lines
        }
        .clone(),
        total: if applied { order.total } else { changed.total },
        modifications: order.modifications.clone(),
        timeline: order.timeline.clone(),
        ..changed.clone()
    };
    assert_eq!(untouched, *order, "more than where it stands has changed");
    assert!(changed.version > order.version);
    assert_eq!(changed.timeline.len() as u64, changed.version);
    assert_eq!(changed.timeline[..order.timeline.len()], order.timeline);
    let gave_up = |kind| {
        let mut invoices = changed.invoices.iter().filter(|one| one.kind == kind);
        invoices.any(|one| one.stage == Stage::GivenUp)
    };
    let gave_up_to_cancel = changed.canceling.as_ref().is_some_and(|one| one.given_up);
    let is_paid = changed.state.authorization().is_some();
    let open = [
        (changed.is_held() && is_paid, "held"),
        (changed.is_canceling(), "canceling"),
        (gave_up_to_cancel, "gave up to cancel"),
        (
            changed.invoices.has_pending(InvoiceType::Output),
            "invoicing",
        ),
        (
            changed.invoices.has_pending(InvoiceType::Input),
            "returning",
        ),
        (changed.modifications.open().is_some(), "modifying"),
        (gave_up(InvoiceType::Output), "gave up to invoice"),
        (gave_up(InvoiceType::Input), "gave up to return"),
    ];
    let mut word = changed.status().to_owned();
    for (_, what) in open.into_iter().filter(|(open, _)| *open) {
        word.push_str(", ");
        word.push_str(what);
    }
    word.push_str(match transition.stock {
        StockEffect::Keep => "",
        StockEffect::Release => " Release",
        StockEffect::Reserve => " Reserve",
        StockEffect::Ship(_) => " Ship",
        StockEffect::Restock(_) => " Restock",
        StockEffect::Exchange(_) => " Exchange",
    });
    word
}

/// A modification besides the one that orders of the table may have.
fn wants() -> ModificationRequest {
    modification::asking("c-2", modification::one_less())
}

fn happens(order: &Order, event: Event) -> Came {
    let at = hours(40 * 24);
    let given = |receipt: &str| {
        let of_state = match &order.state {
            State::Canceled { receipt } => Some(receipt),
            state => state.authorization(),
        };
        let same = of_state.is_some_and(|first| first.receipt == receipt);
        if same { "receipt" } else { "another receipt" }.to_owned()
    };
    let repeated = |quantity| match repeat(order, &request(quantity)) {
        Ok(()) => Err("same".to_owned()),
        Err(problem) => Err(problem.code.as_str().to_owned()),
    };
    match event {
        Event::SamePlacement => repeated(2),
        Event::OtherPlacement => repeated(3),
        Event::Authorization => match authorize(order, at) {
            Ok(outcome) => came(outcome, |confirmation| given(&confirmation.receipt)),
            Err(problem) => Err(problem.code.as_str().to_owned()),
        },
        Event::Cancellation(policy) => came(
            request_cancellation(order, policy, details(), at),
            |answer| match answer {
                CancellationAnswer::Confirmed(confirmation) => given(&confirmation.receipt),
                CancellationAnswer::Evaluating => "empty".to_owned(),
            },
        ),
        Event::ReservationEnds => nothing(expire(order, at)),
        Event::ErpConfirms => came(
            confirm_cancellation(order, at).map_err(impossible)?,
            |settled| match settled {
                Settled::Done => "·".to_owned(),
                Settled::HeldBack => "held back".to_owned(),
                Settled::MarketplaceDecides => "ask".to_owned(),
            },
        ),
        Event::ErpRefuses => nothing(refuse_cancellation(order, None, at).map_err(impossible)?),
        Event::ErpCancels => match start_cancellation(order, "damaged", at) {
            Ok(outcome) => came(outcome, |answer| match answer {
                StartedCancellation::Done => "·".to_owned(),
                StartedCancellation::HeldBack => "held back".to_owned(),
                StartedCancellation::Pending => "pending".to_owned(),
                StartedCancellation::Started => "started".to_owned(),
            }),
            Err(why) => Err(impossible(why)),
        },
        Event::CancellationTaken => nothing(cancel_sent(order, sent(), at)),
        Event::CancellationRefused => {
            let what = failure(FailedDelivery::Cancellation, None);
            nothing(undelivered(order, what, Finality::Refused, at))
        }
        Event::Release => reviewed(release(order, "ana", None, at)),
        Event::Rejection => reviewed(reject(order, "ana", "sold below cost", at)),
        Event::Modification => match modification::asks(order, &wants(), at) {
            Ok(outcome) => came(outcome, |_| "same".to_owned()),
            Err(problem) => Err(problem.code.as_str().to_owned()),
        },
        Event::Confirmation => {
            let confirmed = AgreementType::Confirmation;
            match modification::agrees(order, "c-1", confirmed, true, at) {
                Ok(outcome) => nothing(outcome),
                Err(problem) => Err(problem.code.as_str().to_owned()),
            }
        }
        Event::Withdrawal => {
            let id = modification::change("c-1");
            match withdraw_modification(order, &id, Withdrawal::default(), at) {
                Ok(outcome) => nothing(outcome),
                Err(problem) => Err(problem.code.as_str().to_owned()),
            }
        }
        Event::Invoice { kind, all } => invoice_comes(order, kind, all),
        Event::TrackingNumber => tracked(order, false, at),
        Event::Delivered => tracked(order, true, at),
    }
}

fn reviewed(outcome: Result<Outcome<Reviewed>, NotReviewable>) -> Came {
    let outcome = outcome.map_err(|why| match why {
        NotReviewable::NotHeld => "not held".to_owned(),
        NotReviewable::Released => "too late".to_owned(),
        NotReviewable::Canceling => "is being canceled".to_owned(),
        NotReviewable::CancellationAsked => "asked to cancel".to_owned(),
        NotReviewable::Over(status) => format!("is {status}"),
    })?;
    came(outcome, |_| "·".to_owned())
}

fn impossible(why: NotPossible) -> String {
    let word = match why {
        NotPossible::NotRequested => "not asked",
        NotPossible::AlreadyCanceled => "too late",
        NotPossible::Invoiced(_) => "invoiced",
    };
    word.to_owned()
}

fn invoice_comes(order: &Order, kind: InvoiceType, all: bool) -> Came {
    let residual = order.invoices.residual(kind, order.total).get();
    let value = if all { residual.max(1) } else { 1 };
    let invoice = invoice("N-9", kind, value, &[("2000037", 1)]);
    let outcome = accept_invoice(order, &invoice, hours(3)).map_err(|why| {
        let word = match why {
            RefusedInvoice::NotAuthorized(_) => "not authorized",
            RefusedInvoice::Held => "held",
            RefusedInvoice::Over(_) => "over",
            RefusedInvoice::NumberTaken(_) => "number taken",
            RefusedInvoice::Empty(_) => "empty",
            RefusedInvoice::Whole(_) => "whole",
            RefusedInvoice::TooMuch { .. } => "too much",
            RefusedInvoice::TooMany { .. } => "too many",
            RefusedInvoice::NoRoom(_) => "no room",
            RefusedInvoice::NotInvoiced(_) => "not invoiced",
        };
        word.to_owned()
    })?;
    let accepted = came(outcome, |answer| match answer {
        AcceptedInvoice::HeldBack(_) => "held back".to_owned(),
        other => format!("{other:?}"),
    })?;
    assert_eq!(accepted.stock, StockEffect::Keep);
    assert_eq!(accepted.order.state, order.state);
    let number = &invoice.number;
    nothing(invoice_sent(
        &accepted.order,
        number,
        false,
        sent(),
        hours(4),
    ))
}

/// A tracking message of the first package, which has its tracking number if it is `delivered`.
fn tracked(order: &Order, delivered: bool, at: Instant) -> Came {
    let shipment = Shipment {
        courier: "Correios".to_owned(),
        tracking_number: "SR1".to_owned(),
        tracking_url: String::new(),
        dispatched_date: None,
    };
    let mut package = Package::default();
    if delivered {
        package.shipments = package.shipments.with(&shipment, at);
    }
    let event = TrackingEvent {
        city: String::new(),
        state: String::new(),
        description: "delivered".to_owned(),
        date: at,
    };
    let progress = Progress {
        is_delivered: true,
        delivered_date: Some(at),
        events: vec![event],
    };
    let message = TrackingMessage {
        order: OrderReference::Ours(order.order_id.clone()),
        invoice_number: number("N-1"),
        shipment: (!delivered).then_some(shipment),
        progress: delivered.then_some(progress),
    };
    match next_step(order, &package, &message, at) {
        Ok(Step::Ship(_)) => nothing(shipment_sent(order, &number("N-1"), sent(), at)),
        Ok(Step::Report(told)) => {
            let (events, arrived) = (told.events.len(), told.is_delivered);
            nothing(progress_sent(
                order,
                &number("N-1"),
                events,
                arrived,
                sent(),
                at,
            ))
        }
        Ok(Step::KeepWaiting) => Err("waits".to_owned()),
        Ok(Step::Done) => Err("·".to_owned()),
        Err(RefusedTracking::NoPackage(_)) => Err("no package".to_owned()),
        Err(other) => Err(format!("{other:?}")),
    }
}
