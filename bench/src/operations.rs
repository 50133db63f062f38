//! What each step of an order's life asks of the database and the queues, by function, and which units
//! of those that are paid for it takes.

use std::collections::BTreeMap;
use std::time::Duration;

use feirante_sandbox::template::Source;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Failure;
use crate::meter::{Meter, Used};
use crate::programs::Programs;
use crate::shelf;
use crate::site::Site;
use crate::stand::Stand;

/// Nothing was called for so long: all that a step sets off has been done.
const QUIET: Duration = Duration::from_millis(1500);

/// A SKU of the sandbox's fixture, its price and the freight for it, in cents.
const SKU: (&str, i64, i64) = ("2000037", 7390, 200);

/// A step and what it made each function do.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) functions: BTreeMap<String, Used>,
}

/// The system, its meter, and the steps so far.
struct Play {
    site: Site,
    meter: Meter,
    steps: Vec<Step>,
}

/// Plays every step once, the repeats too.
pub(crate) async fn measure(programs: &Programs) -> Result<Vec<Step>, Failure> {
    let stand = Stand::start()?;
    // The marketplace is told of each before the first step is over, a few in a second.
    shelf::fill(&stand.place, 100).await?;
    let place = &stand.place;
    let meter = Meter::open(&place.dynamodb, Some(&place.sqs), None).await?;
    // One process each: another would read the seller file beside the step.
    let site = Site::start(programs, 1, |options| {
        meter.lead(options);
        // What happens by the clock is of no step.
        for function in options.stack.functions.values_mut() {
            let by_clock = |source: &Source| matches!(source, Source::Schedule { .. });
            function.sources.retain(|source| !by_clock(source));
        }
    })
    .await?;
    let mut play = Play {
        site,
        meter,
        steps: Vec::new(),
    };
    let played = play.all().await;
    play.site.stop().await;
    played.map(|()| play.steps)
}

impl Play {
    async fn all(&mut self) -> Result<(), Failure> {
        // Every function has started and read the seller file, and the fixture's SKUs are told.
        self.life("first").await?;
        self.calls("first").await?;
        self.steps.clear();
        let caller = self.site.caller()?;
        for count in [1, 10, 100] {
            let cart = shelf::cart(&shelf::skus()[..count]);
            let reply = caller.post("pvt/orderForms/simulation", &cart).await?;
            holds("a simulation", reply.status == 200, &reply.body)?;
            self.done(&format!("simulation of {count} SKUs")).await?;
        }
        self.calls("1").await?;
        self.life("2").await
    }

    /// An order by the routes alone.
    async fn calls(&mut self, id: &str) -> Result<(), Failure> {
        let caller = self.site.caller()?;
        let sku = shelf::skus().swap_remove(0);
        let [paid, unpaid] = ["p", "u"].map(|kind| format!("c{kind}{id}-01"));
        for (order, name) in [
            (&paid, "placement"),
            (&paid, "its repeat"),
            (&unpaid, "placement"),
        ] {
            let placed = shelf::order(order, &sku)?;
            let reply = caller.post("pvt/orders", &placed).await?;
            holds("a placement", reply.status == 200, &reply.body)?;
            self.done(name).await?;
        }
        for (order, route, name) in [
            (&paid, "fulfill", "authorization"),
            (&paid, "fulfill", "its repeat"),
            (&unpaid, "cancel", "cancellation before payment"),
            (&unpaid, "cancel", "its repeat"),
        ] {
            let path = format!("pvt/orders/mkt1-{order}/{route}");
            let reply = caller.post(&path, &shelf::naming(order)).await?;
            holds(name, reply.status == 200, &reply.body)?;
            self.done(name).await?;
        }
        Ok(())
    }

    /// An order from the cart to the buyer, by the marketplace and the ERP.
    async fn life(&mut self, id: &str) -> Result<(), Failure> {
        let (sku, price, freight) = SKU;
        let cart = json!({"items": [{"sku": sku, "quantity": 1}]});
        let cart = self.site.market("cart", cart).await?;
        self.done("a shopper's cart").await?;
        let bought = self
            .site
            .market("buy", json!({"cart": cart["cart"]}))
            .await?;
        let order = bought["orders"][0]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        holds("a purchase", !order.is_empty(), &bought)?;
        self.done("a purchase: placed, the ERP told, stock told to the marketplace")
            .await?;
        let payment = json!({"order": order, "waitMs": 5000});
        self.site.market("pay", payment).await?;
        self.done("payment: authorized, the ERP told").await?;
        let ours = format!("mkt1-{order}");
        let invoice = json!({
            "orderId": ours, "type": "Output", "invoiceNumber": format!("NFe-{id}"),
            "issuanceDate": "2026-11-21T00:00:01Z", "invoiceValue": price + freight,
            "items": [{"id": sku, "quantity": 1, "price": price}],
        });
        let number = json!({
            "orderId": ours, "invoiceNumber": format!("NFe-{id}"), "courier": "Correios",
            "trackingNumber": "SR1", "trackingUrl": "https://t.example/SR1", "dispatchedDate": "2026-11-22",
        });
        let delivered = json!({
            "orderId": ours, "invoiceNumber": format!("NFe-{id}"), "isDelivered": true,
            "events": [{"city": "Rio", "state": "RJ", "description": "Delivered", "date": "2026-11-23T01:00:00Z"}],
        });
        let price = json!({"type": "price", "sku": sku, "price": price, "listPrice": price + 100});
        for (queue, message, name) in [
            ("invoices", invoice, "invoice"),
            ("tracking", number, "tracking number"),
            ("tracking", delivered, "delivery"),
            (
                "offers",
                price,
                "a price of one SKU, told to the marketplace",
            ),
        ] {
            self.site.send(queue, &message).await?;
            self.done(name).await?;
        }
        Ok(())
    }

    /// The step is over when nothing has been called for a while.
    async fn done(&mut self, name: &str) -> Result<(), Failure> {
        let mut before = usize::MAX;
        loop {
            tokio::time::sleep(QUIET).await;
            // What waits in a queue for its time is asked about nothing meanwhile.
            let now = self.meter.count();
            if now == before {
                break;
            }
            before = now;
        }
        self.steps.push(Step {
            name: name.to_owned(),
            functions: self.meter.take(),
        });
        Ok(())
    }
}

fn holds(what: &str, held: bool, seen: &Value) -> Result<(), Failure> {
    if held {
        return Ok(());
    }
    Err(format!("{what} did not succeed: {seen}").into())
}
