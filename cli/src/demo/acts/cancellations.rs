//! Three cancellations: the shopper's, refused by an invoice; the shopper's, confirmed; the seller's.

use feirante_sandbox_marketplace::{CallName, CancellationOutcome, Order, Status};
use serde_json::json;

use super::{Fate, SHIRT, Sold, paid};
use crate::demo::market::About;
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, holds, same};

/// The shirts that are left by now.
const LEFT: i64 = SHIRT.stock - 2;

/// Gives the order that was kept, and what became of the others.
pub(super) async fn play(stage: &mut Stage) -> Held<(Sold, [Fate; 2])> {
    let kept = refused(stage).await?;
    let by_shopper = confirmed(stage).await?;
    let by_seller = by_seller(stage).await?;
    Ok((kept, [by_shopper, by_seller]))
}

async fn refused(stage: &mut Stage) -> Held<Sold> {
    stage.begin(
        "cancel",
        "the shopper asks to cancel; the ERP has packed and invoices instead",
    );
    let order = paid(stage, &[(SHIRT.sku, 1)]).await?;
    asked(stage, &order).await?;
    let refuse = json!({"orderId": order.seller, "action": "refuse", "reason": "Already packed"});
    stage.erp_sends("cancellations", &refuse).await?;
    let invoice = order.invoice("NFe-00004", &SHIRT.lines(1));
    stage.erp_sends("invoices", &invoice).await?;
    let now = stage.market.order_until(&order.market, "invoiced").await?;
    stage
        .sees(CallName::Invoice, About::Order(&order.market), &[200])
        .await?;
    same(
        "the cancellation",
        outcome(&now),
        Some(CancellationOutcome::Refused),
    )?;
    stage.has_stock(SHIRT.sku, LEFT - 1).await?;
    stage.held().await?;
    Ok(order)
}

async fn confirmed(stage: &mut Stage) -> Held<Fate> {
    stage.begin("cancel", "another shopper asks to cancel; the ERP confirms");
    let order = paid(stage, &[(SHIRT.sku, 1)]).await?;
    asked(stage, &order).await?;
    let confirm = json!({"orderId": order.seller, "action": "confirm"});
    stage.erp_sends("cancellations", &confirm).await?;
    let now = stage.market.order_until(&order.market, "canceled").await?;
    stage
        .meets(CallName::Cancel, About::Order(&order.market), |call| {
            call.status == Some(200) && !call.response_body.is_empty()
        })
        .await?;
    same(
        "the cancellation",
        outcome(&now),
        Some(CancellationOutcome::Confirmed),
    )?;
    stage.erp_hears("order.canceled", &order.seller).await?;
    stage.has_stock(SHIRT.sku, LEFT - 1).await?;
    stage.held().await?;
    Ok(Fate {
        order,
        status: Status::Canceled,
        events: &[
            "order.placed",
            "order.authorized",
            "order.cancellationRequested",
            "order.canceled",
        ],
    })
}

async fn by_seller(stage: &mut Stage) -> Held<Fate> {
    stage.begin(
        "cancel",
        "the seller cancels an order; its stock is for sale again on both sides",
    );
    let order = paid(stage, &[(SHIRT.sku, 1)]).await?;
    let cancel = json!({
        "orderId": order.seller, "action": "cancel", "reason": "Damaged in the warehouse",
    });
    stage.erp_sends("cancellations", &cancel).await?;
    stage.market.order_until(&order.market, "canceled").await?;
    stage
        .sees(CallName::Cancellation, About::Order(&order.market), &[200])
        .await?;
    stage.erp_hears("order.canceled", &order.seller).await?;
    stage.has_stock(SHIRT.sku, LEFT - 1).await?;
    stage
        .meets(CallName::Inventory, About::Sku(SHIRT.sku), |call| {
            call.status == Some(202)
        })
        .await?;
    stage
        .market
        .offer_until(SHIRT.sku, SHIRT.price, LEFT - 1)
        .await?;
    stage.say(format!("the marketplace knows of {} too", LEFT - 1));
    stage.held().await?;
    Ok(Fate {
        order,
        status: Status::Canceled,
        events: &["order.placed", "order.authorized", "order.canceled"],
    })
}

/// A shopper wants to cancel, and the seller leaves it to the ERP: it answers with nothing.
async fn asked(stage: &mut Stage, order: &Sold) -> Held {
    stage
        .market
        .cancel(&order.market, "Changed my mind")
        .await?;
    let first = stage
        .meets(CallName::Cancel, About::Order(&order.market), |_| true)
        .await?;
    same("the answer's status", first.status, Some(200))?;
    holds(
        "an empty answer",
        first.response_body.is_empty(),
        &first.response_body,
    )?;
    stage
        .erp_hears("order.cancellationRequested", &order.seller)
        .await?;
    Ok(())
}

fn outcome(order: &Order) -> Option<CancellationOutcome> {
    order.cancellation.as_ref()?.outcome
}
