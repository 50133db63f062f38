//! The shoppers: they buy and pay, and some change their minds.

use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::plan::{ACCOUNTS, Act, Order, Plan};
use crate::site::Site;

/// How many buy at once.
const SHOPPERS: usize = 6;

/// Opens the shops: what is sold is in both catalogs, and the second one does not let a seller cancel
/// what was returned.
pub(crate) async fn open(site: &Site, plan: &Plan) {
    for account in ACCOUNTS {
        for sku in plan.goods.skus.keys() {
            let sku = sku.replace(' ', "%20");
            let path = format!("bindings/{account}/{sku}");
            site.done(Method::PUT, &path, &json!({})).await;
        }
    }
    let path = format!("settings/{}", ACCOUNTS[1]);
    let settings = json!({"cancelAfterInput": false});
    site.done(Method::PUT, &path, &settings).await;
}

/// Buys and pays all orders of the plan.
pub(crate) async fn buy(site: &Site, plan: &Plan) {
    let orders = plan.orders.iter().map(|order| buy_one(site, order));
    let bought = futures::stream::iter(orders).buffer_unordered(SHOPPERS);
    bought.collect::<()>().await;
}

async fn buy_one(site: &Site, order: &Order) {
    let items = order
        .lines
        .iter()
        .map(|line| json!({"sku": line.sku, "quantity": line.quantity, "sla": line.sla}));
    let items: Vec<Value> = items.collect();
    let body = json!({"account": order.account, "group": order.group, "items": items});
    let bought = site.done(Method::POST, "buy", &body).await;
    let taken = &bought["orders"][0];
    assert_eq!(taken["id"], order.id(), "{bought}");
    assert_eq!(taken["sellerOrderId"], order.seller_id(), "{bought}");
    assert_eq!(taken["total"], order.total(), "{bought}");
    if order.paid {
        let body = json!({"account": order.account, "order": order.id(), "waitMs": 20_000});
        let paid = site.done(Method::POST, "pay", &body).await;
        assert!(paid["authorization"]["confirmedAt"].is_string(), "{paid}");
    }
}

/// Does what the plan has the shopper or the bank do. The marketplace may find that it is too late.
pub(crate) async fn act(site: &Site, order: &Order) {
    let path = match order.act {
        Some(Act::Cancel) => "cancel",
        Some(Act::DenyPayment) => "deny-payment",
        None => return,
    };
    let body = json!({"account": order.account, "order": order.id()});
    let (status, answer) = site.act(Method::POST, path, &body).await;
    assert!(status < 300 || status == 409, "{path}: {status} {answer}");
}
