//! What a message to the marketplace may cost: DynamoDB calls and requests, counted at the
//! database's door and at the marketplace's.

use serde_json::{Value, json};

use crate::harness::proxy::Door;
use crate::harness::{Setup, System};
use crate::outward::{
    QUICK, Scripted, cancel, facing, facing_orders, invoice, progress, sell, shipment, with,
};

/// A system with one process of each function, whose calls the door counts.
fn counted(setup: Setup, door: &Door) -> Setup {
    setup.options(|options| {
        door.lead(options);
        options.processes = 1;
    })
}

/// Sends a message and waits until it is done: what its function asked of the database, in order,
/// and how many requests were made.
async fn cost(
    (door, market, system): (&Door, &Scripted, &System),
    function: &str,
    (queue, message): (&str, &Value),
) -> (Vec<String>, usize) {
    door.start_counting();
    market.forget();
    system.erp.send(queue, message).await;
    system.erp.settled(queue).await;
    (door.operations_of(function), market.heard("").len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_about_an_order_takes_few_calls_and_its_repeat_one() {
    let (door, market) = (Door::open().await, Scripted::start().await);
    let setup = facing_orders(&market, QUICK);
    let system = counted(setup, &door).start().await;
    let all = (&door, &market, &system);
    let items = [("2000037", 1, 7390)];
    // A process that has just started reads the seller file, and what it does not know of the
    // account yet. One call of each is a second try: another function was at the same lane.
    for (round, more) in [("1", 2), ("2", 0)] {
        let id = sell(&system, &format!("{round}-01")).await;
        let second = sell(&system, &format!("{round}-02")).await;
        let third = sell(&system, &format!("{round}-03")).await;
        let with_number = json!({"courier": "Correios", "trackingNumber": "SR2"});
        for (what, function, queue, message, most) in [
            (
                "an invoice",
                "send-invoice",
                "invoices",
                invoice(&id, "NFe-1", 7590, &items),
                5,
            ),
            (
                "an invoice with its tracking number",
                "send-invoice",
                "invoices",
                with(invoice(&second, "NFe-1", 7590, &items), with_number),
                5,
            ),
            (
                "a tracking number",
                "send-tracking",
                "tracking",
                shipment(&id, "NFe-1", "SR1"),
                6,
            ),
            (
                "where a package is",
                "send-tracking",
                "tracking",
                progress(&id, "NFe-1", &["Posted"], false),
                6,
            ),
            (
                "a cancellation",
                "resolve-cancellation",
                "cancellations",
                cancel(&third, "Damaged"),
                5,
            ),
        ] {
            let (calls, requests) = cost(all, function, (queue, &message)).await;
            eprintln!("{what}: {} calls {calls:?}", calls.len());
            assert_eq!(requests, 1, "{what}");
            assert!(calls.len() <= most + more, "{what}: {calls:?}");
            let (calls, requests) = cost(all, function, (queue, &message)).await;
            eprintln!("its repeat: {calls:?}");
            assert_eq!((calls.len(), requests), (1, 0), "{what}, again: {calls:?}");
        }
    }
    // Refused here.
    let early = invoice("mkt1-2-03", "NFe-1", 7590, &items);
    let (calls, requests) = cost(all, "send-invoice", ("invoices", &early)).await;
    eprintln!("a refused invoice: {calls:?}");
    assert!(calls.len() <= 2 && requests == 0, "{calls:?}");
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_takes_few_calls_to_tell() {
    let (door, market) = (Door::open().await, Scripted::start().await);
    let system = counted(facing(&market, QUICK), &door).start().await;
    market.hears("/price", 6).await;
    market.hears("/inventory", 6).await;
    system.erp.settled("notifications").await;
    door.start_counting();
    market.forget();
    system
        .erp
        .send(
            "offers",
            json!({"type": "price", "sku": "34562", "price": 900}),
        )
        .await;
    market.hears("/34562/price", 1).await;
    system.erp.settled("notifications").await;
    let calls = door.operations_of("notify-marketplace");
    eprintln!("a price: {} calls {calls:?}", calls.len());
    assert_eq!(market.heard("").len(), 1);
    // Five to tell; and two before them if the SKU was told of less than two seconds ago, and the
    // message has to come again.
    assert!(calls.len() <= 7, "{calls:?}");
    assert_eq!(door.operations_of("update-offers").len(), 1);
    assert_eq!(door.operations_of("relay-changes"), Vec::<String>::new());
    system.stop().await;
}
