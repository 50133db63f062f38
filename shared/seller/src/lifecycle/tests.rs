use feirante_models::placement::{OrderRequest, Placement};
use feirante_models::{AccountName, Cents, MarketplaceOrderId, Quantity};
use jiff::SignedDuration;

use super::*;
use crate::fixture;
use crate::order::{Entry, Line, Review};
use crate::placement::repeat;

mod properties;
mod table;

/// A placement as the marketplace repeats it, and with other content.
fn request(quantity: u8) -> OrderRequest {
    let body = format!(
        r#"{{"marketplaceOrderId":"1-01","items":[{{"id":"2000037","quantity":{quantity},"seller":"1","price":7390}}],
            "clientProfileData":{{}},"shippingData":{{"address":{{}}}}}}"#
    );
    Placement::read(body.as_bytes()).unwrap().orders()[0].clone()
}

/// The order that `request(2)` made.
fn placed(review: Review) -> Order {
    let account = AccountName::parse("mkt1").unwrap();
    let marketplace_order_id = MarketplaceOrderId::parse("1-01").unwrap();
    let amount = Cents::new(14780);
    let needs_review = review == Review::Pending;
    Order {
        order_id: OrderId::of(&account, &marketplace_order_id),
        account,
        marketplace_order_id,
        order_group: Some("1".to_owned()),
        services_endpoint: None,
        version: 1,
        state: State::Placed {
            reserved_until: hours(8 * 24),
        },
        review,
        placed_at: fixture::now(),
        content_hash: request(2).content_hash,
        lines: vec![Line {
            sku: fixture::sku("2000037"),
            quantity: Quantity::new(2).unwrap(),
            price: Cents::new(7390),
            shipping_price: Cents::ZERO,
            shipping_method: None,
            warehouse: fixture::settings().warehouses[0].id.clone(),
        }],
        total: amount,
        differing_payment_value: None,
        timeline: vec![Entry {
            at: fixture::now(),
            change: Change::Placed {
                theirs: amount,
                ours: amount,
                needs_review,
            },
        }],
    }
}

/// So many hours after the order was placed.
fn hours(hours: i64) -> Instant {
    fixture::now().plus(SignedDuration::from_hours(hours))
}

fn details() -> CancellationDetails {
    CancellationDetails {
        cancellation_request_id: Some("8583".to_owned()),
        reason: Some("regret".to_owned()),
        requested_by_user: Some(true),
    }
}

/// What happens to orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    SamePlacement,
    OtherPlacement,
    Authorization,
    Cancellation(CancellationPolicy),
    ErpConfirms,
    ErpRefuses,
    ReservationEnds,
}

/// The event's transition, if it makes one, and its answer as one word.
fn apply(order: &Order, event: Event, at: Instant) -> (Option<Transition>, String) {
    fn both<A>(outcome: Outcome<A>, word: impl Fn(A) -> String) -> (Option<Transition>, String) {
        match outcome {
            Outcome::Change(transition, answer) => (Some(*transition), word(answer)),
            Outcome::Unchanged(answer) => (None, word(answer)),
        }
    }
    let code = |problem: Problem| (None, problem.code.as_str().to_owned());
    let done = |outcome: Result<Outcome<()>, NotPossible>| match outcome {
        Ok(outcome) => both(outcome, |()| "done".to_owned()),
        Err(reason) => (None, format!("{reason:?}")),
    };
    match event {
        Event::SamePlacement => {
            repeat(order, &request(2)).map_or_else(code, |()| (None, "same".to_owned()))
        }
        Event::OtherPlacement => {
            repeat(order, &request(3)).map_or_else(code, |()| (None, "same".to_owned()))
        }
        Event::Authorization => authorize(order, at).map_or_else(code, |outcome| {
            both(outcome, |confirmation| confirmation.receipt)
        }),
        Event::Cancellation(policy) => both(
            request_cancellation(order, policy, details(), at),
            |answer| match answer {
                CancellationAnswer::Confirmed(confirmation) => confirmation.receipt,
                CancellationAnswer::Evaluating => "empty".to_owned(),
            },
        ),
        Event::ErpConfirms => done(confirm_cancellation(order, at)),
        Event::ErpRefuses => done(refuse_cancellation(order, Some("packed".to_owned()), at)),
        Event::ReservationEnds => done(Ok(expire(order, at))),
    }
}

/// The order after an event that changes it.
fn after(order: &Order, event: Event, at: Instant) -> Order {
    apply(order, event, at).0.unwrap().order
}
