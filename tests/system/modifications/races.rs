//! Modifications beside everything else that may happen to an order, and to the stock.

use futures::future::{join, join_all};

use super::*;
use crate::harness::bodies::naming;
use crate::harness::eventually;
use crate::outward::{QUICK, cancel, invoice};

/// Orders whose modification may be confirmed, with a mug more each.
async fn acknowledged(system: &System, market: &Scripted, orders: usize) -> Vec<String> {
    let ids = (0..orders).map(|order| format!("{order}-01"));
    let ids: Vec<String> = join_all(ids.map(async |id| paid(system, &id).await)).await;
    for id in &ids {
        assert_eq!(
            ask(system, id, "c-1", more("mug", 1, 1500)).await.status,
            202
        );
    }
    market.hears("send-agreement", orders).await;
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_want_the_last_units_at_once_take_no_more_than_there_are() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).sku("mug", 1500, 3).start().await;
    let ids = acknowledged(&system, &market, 8).await;
    let confirmed = join_all(ids.iter().map(async |id| {
        eventually("an answer that is none to try again", async || {
            let reply = agree(&system, id, "c-1", "Confirmation").await;
            (reply.status != 503).then_some(reply.status)
        })
        .await
    }))
    .await;
    let taken = confirmed.iter().filter(|status| **status == 200).count();
    assert_eq!(taken, 3, "{confirmed:?}");
    let mugs = system.stock("mug").await;
    assert_eq!((mugs.reserved, mugs.available), (3, 0));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_invoice_and_a_confirmation_one_is_first() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).sku("mug", 1500, 50).start().await;
    let ids = acknowledged(&system, &market, 8).await;
    let (before, after) = (2 * 7390 + 200, 2 * 7390 + 200 + 1500);
    let raced = ids.iter().map(async |id| {
        let whole = invoice(id, "NFe-1", before, &[("2000037", 2, 7390)]);
        let (reply, ()) = join(
            agree(&system, id, "c-1", "Confirmation"),
            system.erp.send("invoices", whole),
        )
        .await;
        reply
    });
    let replies = join_all(raced).await;
    system.erp.settled("invoices").await;
    for (id, reply) in ids.iter().zip(replies) {
        // Either the order was modified and is not wholly invoiced, or it was invoiced as it was.
        if reply.status == 200 {
            assert_eq!(system.status(id).await, "partially_invoiced", "{id}");
            let rest = invoice(id, "NFe-2", after - before, &[("mug", 1, 1500)]);
            system.erp.send("invoices", rest).await;
        } else {
            assert_eq!(reply.code(), "SalesOrderSystem046", "{id}");
        }
        system.erp.sees("order.invoiced", id).await;
    }
    assert_eq!(system.stock("2000037").await.reserved, 0);
    assert_eq!(system.stock("mug").await.reserved, 0);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_cancellation_and_a_confirmation_one_is_first_and_no_unit_is_lost() {
    let market = Scripted::start().await;
    let system = facing(&market, QUICK).sku("mug", 1500, 50).start().await;
    let ids = acknowledged(&system, &market, 8).await;
    let raced = ids.iter().enumerate().map(async |(number, id)| {
        let confirmed = agree(&system, id, "c-1", "Confirmation");
        if number % 2 == 0 {
            let theirs = naming(&format!("{number}-01"));
            join(confirmed, system.marketplace.cancel(id, &theirs))
                .await
                .0
        } else {
            join(
                confirmed,
                system.erp.send("cancellations", cancel(id, "Damaged")),
            )
            .await
            .0
        }
    });
    let replies = join_all(raced).await;
    for (number, (id, reply)) in ids.iter().zip(&replies).enumerate() {
        assert!([200, 409].contains(&reply.status), "{reply:?}");
        if number % 2 == 0 {
            // The fixture's ERP is asked.
            let yes = json!({"orderId": id, "action": "confirm"});
            system.erp.send("cancellations", yes).await;
        }
        system.erp.sees("order.canceled", id).await;
    }
    assert_eq!(system.stock("2000037").await.reserved, 0);
    assert_eq!(system.stock("mug").await.reserved, 0);
    system.stop().await;
}
