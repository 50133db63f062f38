//! An order that nobody pays: its reservation ends, and its units are for sale again.

use feirante_sandbox_marketplace::{CallName, Status};
use jiff::{SignedDuration, Timestamp};

use super::{Fate, SOAP, Sold, placed};
use crate::demo::clock::Clock;
use crate::demo::market::About;
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, same};

/// The soaps that are left by now, and how many of them are bought.
const LEFT: i64 = SOAP.stock - 1;
const WANTED: i64 = 2;
/// No reservation lasts longer than 30 days (protocol §3.2).
const DAYS: i64 = 31;

pub(super) async fn play(stage: &mut Stage, clock: &Clock<'_>) -> Held<Fate> {
    stage.begin(
        "expire",
        "nobody pays: the reservation ends and the units are free again",
    );
    let cart = stage.market.cart(&[(SOAP.sku, WANTED)]).await?;
    let cart = cart.cart.unwrap_or_default();
    let bought = stage.market.buy(&cart).await?;
    let order = Sold::of(placed(&bought)?)?;
    stage.has_stock(SOAP.sku, LEFT - WANTED).await?;
    let later = Timestamp::now() + SignedDuration::from_hours(24 * DAYS);
    let expired = clock.expire_reservations(later).await?;
    same(format_args!("orders expired {DAYS} days later"), expired, 1)?;
    stage.say(format!("clock: {DAYS} days later"));
    stage.erp_hears("order.expired", &order.seller).await?;
    stage.has_stock(SOAP.sku, LEFT).await?;
    // The marketplace gives it up as well, and finds nothing left to release.
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
        events: &["order.placed", "order.expired", "order.canceled"],
    })
}
