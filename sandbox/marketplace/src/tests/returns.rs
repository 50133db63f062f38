//! C7 of returns.

use super::*;

#[tokio::test]
async fn a_whole_order_returned_is_refunded() {
    let market = Market::open().await;
    market.invoice(&output("1", TOTAL)).await.assert_receipt();
    market.invoice(&input("R1", 590)).await.assert_receipt();
    assert!(!market.order().refunded);
    market.invoice(&input("R2", 7_000)).await.assert_receipt();
    let order = market.order();
    assert!(order.refunded);
    assert_eq!(order.status, Status::Invoiced);
    market
        .invoice(&input("R3", 1))
        .await
        .assert_envelope(400, "total");
    assert_eq!(market.broken(), ["over-returned"]);
}

#[tokio::test]
async fn a_return_before_the_last_invoice_is_taken_but_never_refunded() {
    let market = Market::open().await;
    market.invoice(&output("1", 5_000)).await.assert_receipt();
    market.invoice(&input("R1", TOTAL)).await.assert_receipt();
    market.invoice(&output("2", 2_590)).await.assert_receipt();
    let order = market.order();
    assert_eq!(order.status, Status::Invoiced);
    assert!(!order.refunded);
    assert!(order.flags.contains("return-before-invoice"));
    assert_eq!(market.broken(), ["early-return"]);
}

#[tokio::test]
async fn the_number_of_a_sale_can_not_be_a_return() {
    let market = Market::open().await;
    market.invoice(&output("1", TOTAL)).await.assert_receipt();
    market.invoice(&input("1", TOTAL)).await.assert_receipt();
    assert!(!market.order().refunded);
    assert_eq!(market.broken(), ["invoice-number-reused"]);
}
