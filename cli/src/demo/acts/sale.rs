//! A sale: looked at, put into a cart, placed, paid.

use feirante_sandbox_marketplace::{CallName, Direction};
use serde_json::{Value, json};

use super::{SHIPPING, SHIRT, SOAP, Sold, placed};
use crate::demo::market::About;
use crate::demo::stage::Stage;
use crate::demo::unmet::{Held, Unmet, holds, same};
use crate::demo::wire::money;

/// What is bought: two shirts and a soap, delivered.
const TOTAL: i64 = 2 * SHIRT.price + SOAP.price + 2 * SHIPPING;

pub(super) async fn play(stage: &mut Stage) -> Held<Sold> {
    let cart = simulate(stage).await?;
    let order = place(stage, &cart).await?;
    authorize(stage, &order).await?;
    Ok(order)
}

/// Looks at a SKU and fills a cart; gives the cart's id.
async fn simulate(stage: &mut Stage) -> Held<String> {
    stage.begin("simulate", "a shopper looks at a shirt, then fills a cart");
    let seen = stage.market.browse(SHIRT.sku).await?;
    let line = seen.lines.first();
    let line = line.ok_or_else(|| Unmet::new("a line of the storefront", "none"))?;
    holds("the shirt to be there", line.available, line)?;
    same("its price", line.price, Some(SHIRT.price))?;
    stage
        .meets(CallName::Simulate, About::Sku(SHIRT.sku), |call| {
            call.method == "GET"
        })
        .await?;
    let cart = stage.market.cart(&[(SHIRT.sku, 2), (SOAP.sku, 1)]).await?;
    stage
        .meets(CallName::Simulate, About::Any, |call| {
            call.direction == Direction::Sent && call.sku.is_none()
        })
        .await?;
    let total = cart.selection.as_ref().map(|selection| selection.total);
    same("what the cart costs", total, Some(TOTAL))?;
    stage.say(format!(
        "two shirts and a soap, delivered: {}",
        money(TOTAL)
    ));
    stage.held().await?;
    cart.cart.ok_or_else(|| Unmet::new("a cart's id", "none"))
}

/// The marketplace's placement comes twice, as placements do.
async fn place(stage: &mut Stage, cart: &str) -> Held<Sold> {
    stage.begin(
        "place",
        "the cart is bought; the placement comes twice and makes one order",
    );
    let twice =
        json!({"calls": {"place": {"rules": [{"fault": {"kind": "duplicate"}, "count": 1}]}}});
    stage.market.set_faults(&twice).await?;
    let bought = stage.market.buy(cart).await?;
    let order = placed(&bought)?.clone();
    let sold = Sold::of(&order)?;
    let calls = stage
        .sees(CallName::Place, About::Order(&sold.market), &[200, 200])
        .await?;
    for call in &calls {
        let answer: Value = serde_json::from_str(&call.response_body).unwrap_or_default();
        let id = answer.pointer("/0/orderId").and_then(Value::as_str);
        same("the order's id", id, Some(sold.seller.as_str()))?;
    }
    let event = stage.erp_hears("order.placed", &sold.seller).await?;
    same(
        "the order the ERP got",
        &event.data["order"],
        &order.placement,
    )?;
    stage.has_stock(SHIRT.sku, SHIRT.stock - 2).await?;
    stage.has_stock(SOAP.sku, SOAP.stock - 1).await?;
    stage.held().await?;
    Ok(sold)
}

async fn authorize(stage: &mut Stage, order: &Sold) -> Held {
    stage.begin("authorize", "the shopper pays: the order may ship");
    let paid = stage.market.pay(&order.market).await?;
    let confirmed = paid.authorization.and_then(|done| done.confirmed_at);
    holds("the seller to confirm", confirmed.is_some(), paid.flags)?;
    stage
        .sees(CallName::Authorize, About::Order(&order.market), &[200])
        .await?;
    stage.erp_hears("order.authorized", &order.seller).await?;
    stage.held().await
}
