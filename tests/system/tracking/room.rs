//! How much waits with an order.

use futures::future::join_all;

use super::{C8, C9, ITEM};
use crate::outward::{QUICK, Scripted, facing_orders, invoice, progress, sell, shipment};

/// What one invoice has room for (`feirante_seller::package`).
const ROOM: usize = feirante_seller::package::MOST_OF_AN_INVOICE;

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_room_to_wait_is_refused_and_the_erp_is_told() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let id = sell(&system, "1-01").await;
    let names: Vec<_> = (0..ROOM + 3)
        .map(|index| format!("event {index}"))
        .collect();
    // All at once: however many look for room at the same moment, no more than that find it.
    join_all(names.iter().map(|name| {
        let early = progress(&id, "NFe-1", &[name], false);
        system.erp.send("tracking", early)
    }))
    .await;
    for _ in 0..3 {
        let letter = system.erp.dead_letter("tracking").await;
        assert_eq!(
            (letter.reason.as_str(), letter.status.as_str()),
            ("refused", "409")
        );
        assert!(letter.detail.contains("NFe-1"), "{letter:?}");
    }
    system.erp.settled("tracking").await;
    assert!(system.erp.dead_letter_now("tracking").await.is_none());
    let failed = system.erp.sees("delivery.failed", &id).await;
    assert_eq!(failed["data"]["failure"]["kind"], "tracking");

    // Its invoice goes all the same, and what waited after it.
    let message = invoice(&id, "NFe-1", 7590, &ITEM);
    system.erp.send("invoices", message).await;
    system.erp.sees("order.invoiced", &id).await;
    let number = shipment(&id, "NFe-1", "SR1");
    system.erp.send("tracking", number).await;
    market.hears(C8, 1).await;
    market.hears(C9, 1).await;
    system.stop().await;
}
