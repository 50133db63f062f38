//! Two buyers want the last units at once; then the one who got them does not pay.

use feirante_sandbox_marketplace::{CallName, Status};
use serde_json::json;

use super::{Fate, SOAP, Sold, placed};
use crate::demo::market::{About, Bought, Market};
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, Unmet, same};

/// The soaps that are left by now.
const LEFT: i64 = SOAP.stock - 1;
/// What each of two wants of them: there is enough for one.
const WANTED: i64 = 3;
/// How long the marketplace's placements take to leave, in milliseconds: long enough for both
/// buyers to be told that there is enough.
const DELAY: u64 = 1_000;

pub(super) async fn play(stage: &mut Stage) -> Held<Fate> {
    let order = oversell(stage).await?;
    deny(stage, order).await
}

async fn oversell(stage: &mut Stage) -> Held<Sold> {
    stage.begin(
        "oversell",
        format!("two buyers want {WANTED} of the last {LEFT} at once: one gets them"),
    );
    let delayed = |milliseconds| json!({"calls": {"place": {"latencyMs": milliseconds}}});
    let (one, other) = tokio::try_join!(cart(&stage.market), cart(&stage.market))?;
    stage.market.set_faults(&delayed(DELAY)).await?;
    let (one, other) = tokio::try_join!(stage.market.buy(&one), stage.market.buy(&other))?;
    stage.market.set_faults(&delayed(0)).await?;
    let (winner, loser) = match (&one, &other) {
        (Bought::Placed { .. }, _) => (&one, &other),
        _ => (&other, &one),
    };
    let order = Sold::of(placed(winner)?)?;
    stage
        .meets(CallName::Place, About::Order(&order.market), |call| {
            call.status == Some(200)
        })
        .await?;
    match loser {
        Bought::Incomplete { code, detail } => {
            same("the checkout's code", code.as_str(), "ORD012")?;
            stage
                .meets(CallName::Place, About::Any, |call| call.status == Some(409))
                .await?;
            stage.say(format!("checkout of the other: {code}, {detail}"));
        }
        // Slow machines look twice before the first placement leaves, and see what it took.
        Bought::Unavailable { reason } => stage.say(format!("checkout of the other: {reason}")),
        other => {
            return Err(Unmet::new(
                "one buyer to be refused",
                format_args!("{other:?}"),
            ));
        }
    }
    stage.has_stock(SOAP.sku, LEFT - WANTED).await?;
    stage.held().await?;
    Ok(order)
}

async fn deny(stage: &mut Stage, order: Sold) -> Held<Fate> {
    stage.begin(
        "deny",
        "the payment is denied: canceled at once, the units are free again",
    );
    stage.market.deny_payment(&order.market).await?;
    stage.market.order_until(&order.market, "canceled").await?;
    stage
        .sees(CallName::Cancel, About::Order(&order.market), &[200])
        .await?;
    stage.erp_hears("order.canceled", &order.seller).await?;
    stage.has_stock(SOAP.sku, LEFT).await?;
    stage.held().await?;
    Ok(Fate {
        order,
        status: Status::Canceled,
        events: &["order.placed", "order.canceled"],
    })
}

/// A cart with as many soaps as one buyer wants; there are enough while nobody buys.
async fn cart(market: &Market) -> Held<String> {
    let cart = market.cart(&[(SOAP.sku, WANTED)]).await?;
    match (cart.cart, cart.selection) {
        (Some(id), Some(_)) => Ok(id),
        _ => Err(Unmet::new(
            "a cart that can be had",
            format_args!("{:?}", cart.lines),
        )),
    }
}
