//! The database does what it is asked, and its answer is lost: a message goes on all the same, at
//! once, and the marketplace is asked no more often for it.

use crate::harness::proxy::{Door, Fault};
use crate::outward::{QUICK, Say, Scripted, cancel, facing_orders, invoice, sell, shipment};

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_whose_answer_was_lost_is_ours() {
    let (door, market) = (Door::open().await, Scripted::start().await);
    let setup = facing_orders(&market, QUICK).options(|options| door.lead(options));
    let system = setup.start().await;
    let (sold, canceled) = (sell(&system, "1-01").await, sell(&system, "1-02").await);
    let items = [("2000037", 1, 7390)];
    // A turn is taken with the order's own change at first, and by itself from the second attempt on.
    // It would be dead only after far longer than anybody here waits.
    for (function, queue, message, end, event, order) in [
        (
            "send-invoice",
            "invoices",
            invoice(&sold, "NFe-1", 7590, &items),
            "/1-01/invoice",
            Some("order.invoiced"),
            &sold,
        ),
        (
            "send-tracking",
            "tracking",
            shipment(&sold, "NFe-1", "SR1"),
            "/invoice/NFe-1",
            None,
            &sold,
        ),
        (
            "resolve-cancellation",
            "cancellations",
            cancel(&canceled, "Damaged"),
            "/1-02/cancel",
            Some("order.canceled"),
            &canceled,
        ),
    ] {
        market.says(end, [Say::Status(503), Say::Status(503)]);
        // Put off, taken, put off, taken: whichever of them it is.
        door.strike(function, "UpdateItem", Fault::LoseAnswer, 4);
        door.strike(function, "TransactWriteItems", Fault::LoseAnswer, 1);
        system.erp.send(queue, message).await;
        if let Some(event) = event {
            system.erp.sees(event, order).await;
        }
        system.erp.settled(queue).await;
        assert_eq!(market.heard(end).len(), 3, "{function}");
        assert!(system.erp.dead_letter_now(queue).await.is_none());
    }
    system.stop().await;
}
