//! What an event does to an order, in a word.

use feirante_models::erp::{OrderReference, Progress, Shipment, TrackingEvent, TrackingMessage};

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
    let untouched = Order {
        version: order.version,
        state: order.state.clone(),
        invoices: order.invoices.clone(),
        canceling: order.canceling.clone(),
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
    let open = [
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
    });
    word
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
        Event::ErpConfirms => settled(confirm_cancellation(order, at)),
        Event::ErpRefuses => settled(refuse_cancellation(order, None, at)),
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
        Event::Invoice { kind, all } => invoice_comes(order, kind, all),
        Event::TrackingNumber => tracked(order, false, at),
        Event::Delivered => tracked(order, true, at),
    }
}

fn settled(outcome: Result<Outcome<Settled>, NotPossible>) -> Came {
    let word = |settled| match settled {
        Settled::Done => "·".to_owned(),
        Settled::HeldBack => "held back".to_owned(),
    };
    came(outcome.map_err(impossible)?, word)
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
            RefusedInvoice::NotInvoiced(_) => "not invoiced",
        };
        word.to_owned()
    })?;
    let accepted = came(outcome, |answer| match answer {
        AcceptedInvoice::HeldBack => "held back".to_owned(),
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
