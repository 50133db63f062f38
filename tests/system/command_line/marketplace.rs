//! The marketplace that runs beside the seller: found, kept, and gone with it.

use std::net::TcpListener;
use std::path::Path;

use serde_json::{Value, json};

use super::program::{Files, feirante};
use crate::harness::program::Program;
use crate::harness::{Market, Taker};

const SELLER: &str = include_str!("../../../sandbox/fixture/seller.toml");
const SKU: &str = "2000037";

fn market(sandbox: &Program) -> Market {
    Market::new(sandbox.ready["marketplace"].as_str().unwrap())
}

/// A shopper buys one unit; the order's id at the marketplace.
async fn buy(market: &Market) -> String {
    let purchase = json!({
        "account": "mkt1", "items": [{"sku": SKU, "quantity": 1}],
        "address": {"country": "BRA", "postalCode": "22251-030"},
    });
    let bought = market.post("buy", purchase).await;
    bought["orders"][0]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{bought}"))
        .to_owned()
}

/// Pays it and waits until the seller has authorized it.
async fn pay(market: &Market, order: &str) {
    let payment = json!({"account": "mkt1", "order": order});
    market.post("pay", payment).await;
    market
        .get(&format!("orders/mkt1/{order}?until=authorized&within=20s"))
        .await;
}

fn invoice(order: &str) -> Value {
    json!({
        "marketplace": "mkt1", "marketplaceOrderId": order, "type": "Output",
        "invoiceNumber": "NFe-1", "invoiceValue": 7590,
        "items": [{"id": SKU, "quantity": 1, "price": 7390}],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_bought_paid_and_invoiced_with_nothing_but_the_sandbox() {
    let files = Files::new();
    let sandbox = Program::with(&files.directory(), &[]).await;
    let market = market(&sandbox);
    let order = buy(&market).await;
    pay(&market, &order).await;
    sandbox.erp().send("invoices", invoice(&order)).await;
    let until = format!("orders/mkt1/{order}?until=invoiced&within=20s");
    market.get(&until).await;
    assert_eq!(market.get("violations").await, json!([]));
    sandbox.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_books_survive_kill_9_and_its_seller_finds_it_again() {
    let files = Files::new();
    let data = files.path("data");
    let with: [(&str, &Path); 1] = [("--data", &data)];
    let sandbox = Program::with(&files.directory(), &with).await;
    let order = buy(&market(&sandbox)).await;
    pay(&market(&sandbox), &order).await;
    let url = sandbox.ready["marketplace"].clone();
    sandbox.kill().await;
    free(&url);

    let sandbox = Program::with(&files.directory(), &with).await;
    assert_eq!(sandbox.ready["marketplace"], url);
    sandbox.erp().send("invoices", invoice(&order)).await;
    let until = format!("orders/mkt1/{order}?until=invoiced&within=20s");
    market(&sandbox).get(&until).await;
    sandbox.terminate().await;
    free(&url);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_changes_is_soon_the_marketplaces() {
    let files = Files::new();
    let sandbox = Program::with(&files.directory(), &[]).await;
    let market = market(&sandbox);
    market.put(&format!("bindings/mkt1/{SKU}"), json!({})).await;
    let price = json!({"type": "price", "sku": SKU, "price": 7190, "listPrice": 7490});
    sandbox.erp().send("offers", price).await;
    let offer = format!("offers/mkt1/{SKU}?until_price=7190&within=20s");
    market.get(&offer).await;
    assert_eq!(market.get("violations").await, json!([]));
    sandbox.terminate().await;
}

/// The seller file's own endpoints are only stood in for: a fake one never sees a call while the
/// marketplace runs, and gets them when it does not.
#[tokio::test(flavor = "multi_thread")]
async fn without_it_calls_go_where_the_seller_file_says() {
    let files = Files::new();
    let taker = Taker::start().await;
    let seller = SELLER.replace("[[warehouses]]", &taker.endpoints());
    let offers = include_str!("../../../sandbox/fixture/offers.jsonl");
    let fixture = files.fixture(&seller, offers);
    let data = files.path("data");
    let with: [(&str, &Path); 2] = [("--data", &data), ("--fixture", &fixture)];
    let kept: [(&str, &Path); 1] = [("--data", &data)];

    let sandbox = Program::with(&files.directory(), &with).await;
    let order = buy(&market(&sandbox)).await;
    pay(&market(&sandbox), &order).await;
    sandbox.terminate().await;
    assert_eq!(taker.heard(), []);

    let sandbox = Program::alone(&files.directory(), &kept).await;
    assert_eq!(sandbox.ready["marketplace"], Value::Null);
    sandbox.erp().send("invoices", invoice(&order)).await;
    let told = taker
        .hears(&format!("POST /api/oms/pvt/orders/{order}/invoice"))
        .await;
    assert_eq!(told.body["invoiceNumber"], "NFe-1");
    sandbox.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_file_applied_meanwhile_is_the_one_that_is_kept() {
    let files = Files::new();
    let data = files.path("data");
    let with: [(&str, &Path); 1] = [("--data", &data)];
    let taker = Taker::start().await;
    let sandbox = Program::with(&files.directory(), &with).await;
    let seller = files.write(
        "seller.toml",
        SELLER.replace("[[warehouses]]", &taker.endpoints()),
    );
    let database = sandbox.ready["dynamodb"].as_str().unwrap();
    let table = sandbox.ready["tables"]["settings"].as_str().unwrap();
    let apply = [
        "apply",
        seller.to_str().unwrap(),
        "--dynamodb",
        database,
        "--table",
        table,
    ];
    feirante(&apply).await.succeeded();
    let order = buy(&market(&sandbox)).await;
    pay(&market(&sandbox), &order).await;
    sandbox.terminate().await;

    let sandbox = Program::with(&files.directory(), &with).await;
    sandbox.terminate().await;
    let sandbox = Program::alone(&files.directory(), &with).await;
    sandbox.erp().send("invoices", invoice(&order)).await;
    taker
        .hears(&format!("POST /api/oms/pvt/orders/{order}/invoice"))
        .await;
    sandbox.terminate().await;
}

/// Nobody listens at the URL any more.
fn free(url: &Value) {
    let address = url.as_str().unwrap().strip_prefix("http://").unwrap();
    TcpListener::bind(address).unwrap();
}
