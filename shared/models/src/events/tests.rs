use super::*;

fn data() -> OrderEventData {
    OrderEventData::new(
        OrderId::parse("mkt1-1-01").unwrap(),
        AccountName::parse("mkt1").unwrap(),
        MarketplaceOrderId::parse("1-01").unwrap(),
    )
}

fn written(event_type: EventType, version: u64, data: OrderEventData) -> String {
    let time = Instant::parse("2026-11-21T00:00:00Z").unwrap();
    serde_json::to_string(&OrderEvent::new(event_type, version, time, data)).unwrap()
}

#[test]
fn a_placement_carries_the_order_to_the_letter() {
    let order = r#"{"z":1.50,"marketplaceOrderId":"1-01", "id":12345678901234567890}"#;
    let order = Some(RawValue::from_string(order.to_owned()).unwrap());
    insta::assert_snapshot!(written(EventType::Placed, 1, OrderEventData { order, ..data() }), @r#"{"specversion":"1.0","id":"mkt1-1-01:1","source":"/marketplaces/mkt1","type":"order.placed","subject":"mkt1-1-01","time":"2026-11-21T00:00:00.000Z","sequence":1,"datacontenttype":"application/json","data":{"orderId":"mkt1-1-01","marketplace":"mkt1","marketplaceOrderId":"1-01","order":{"z":1.50,"marketplaceOrderId":"1-01", "id":12345678901234567890}}}"#);
}

#[test]
fn a_requested_cancellation_carries_what_the_marketplace_says() {
    let cancellation = Some(CancellationDetails {
        cancellation_request_id: Some("8583".to_owned()),
        reason: Some("regret".to_owned()),
        requested_by_user: None,
    });
    let data = OrderEventData {
        cancellation,
        ..data()
    };
    insta::assert_snapshot!(written(EventType::CancellationRequested, 3, data), @r#"{"specversion":"1.0","id":"mkt1-1-01:3","source":"/marketplaces/mkt1","type":"order.cancellationRequested","subject":"mkt1-1-01","time":"2026-11-21T00:00:00.000Z","sequence":3,"datacontenttype":"application/json","data":{"orderId":"mkt1-1-01","marketplace":"mkt1","marketplaceOrderId":"1-01","cancellationRequestId":"8583","reason":"regret"}}"#);
}

#[test]
fn an_invoiced_order_names_the_invoice_that_completed_it() {
    let invoice = Some(InvoiceEventData {
        invoice_number: InvoiceNumber::parse("NFe-00002").unwrap(),
        kind: InvoiceType::Output,
        value: Cents::new(2590),
        receipt: Some("527b1ae251264ef1b7a9b597cd8f16b9".to_owned()),
        residual: Cents::ZERO,
    });
    let data = OrderEventData { invoice, ..data() };
    insta::assert_snapshot!(written(EventType::Invoiced, 5, data), @r#"{"specversion":"1.0","id":"mkt1-1-01:5","source":"/marketplaces/mkt1","type":"order.invoiced","subject":"mkt1-1-01","time":"2026-11-21T00:00:00.000Z","sequence":5,"datacontenttype":"application/json","data":{"orderId":"mkt1-1-01","marketplace":"mkt1","marketplaceOrderId":"1-01","invoice":{"invoiceNumber":"NFe-00002","type":"Output","value":2590,"receipt":"527b1ae251264ef1b7a9b597cd8f16b9","residual":0}}}"#);
}

#[test]
fn a_failed_delivery_says_what_and_why() {
    let failure = Some(DeliveryFailureData {
        kind: FailedDelivery::Cancellation,
        invoice_number: None,
        agreement: None,
        status: 400,
        reason: "refused".to_owned(),
        detail: "the order is partially invoiced".to_owned(),
    });
    let data = OrderEventData { failure, ..data() };
    insta::assert_snapshot!(written(EventType::DeliveryFailed, 6, data), @r#"{"specversion":"1.0","id":"mkt1-1-01:6","source":"/marketplaces/mkt1","type":"delivery.failed","subject":"mkt1-1-01","time":"2026-11-21T00:00:00.000Z","sequence":6,"datacontenttype":"application/json","data":{"orderId":"mkt1-1-01","marketplace":"mkt1","marketplaceOrderId":"1-01","failure":{"kind":"cancellation","status":400,"reason":"refused","detail":"the order is partially invoiced"}}}"#);
}

#[test]
fn a_type_is_written_as_it_is_named() {
    for (event_type, name) in [
        (EventType::Placed, "order.placed"),
        (EventType::NeedsReview, "order.needsReview"),
        (EventType::Authorized, "order.authorized"),
        (EventType::Released, "order.released"),
        (
            EventType::CancellationRequested,
            "order.cancellationRequested",
        ),
        (EventType::Canceled, "order.canceled"),
        (EventType::Expired, "order.expired"),
        (EventType::Invoiced, "order.invoiced"),
        (EventType::Returned, "order.returned"),
        (EventType::Delivered, "order.delivered"),
        (EventType::Modified, "order.modified"),
        (EventType::DeliveryFailed, "delivery.failed"),
    ] {
        let written = serde_json::to_value(event_type).unwrap();
        assert_eq!(written, name);
        assert_eq!(
            serde_json::from_value::<EventType>(written).unwrap(),
            event_type
        );
    }
}

#[test]
fn the_same_change_of_the_same_order_has_the_same_id() {
    let event = |version| OrderEvent::new(EventType::Authorized, version, Instant::now(), data());
    assert_eq!(event(2).id(), event(2).id());
    assert_ne!(event(2).id(), event(3).id());
    assert_eq!(event(2).subject().as_str(), "mkt1-1-01");
}

#[test]
fn characters_that_queues_refuse_are_escaped() {
    let received = "{\"openTextField\":\"a\u{ffff}b\u{fffe}\"}";
    let order = RawValue::from_string(received.to_owned()).unwrap();
    let data = OrderEventData {
        order: Some(order),
        ..data()
    };
    let event = OrderEvent::new(EventType::Placed, 1, Instant::now(), data);
    let message = event.to_message().unwrap();
    assert!(!message.contains(['\u{fffe}', '\u{ffff}']), "{message}");
    let read: serde_json::Value = serde_json::from_str(&message).unwrap();
    assert_eq!(read["data"]["order"]["openTextField"], "a\u{ffff}b\u{fffe}");
}

fn paid(payment_data: String) -> OrderEventData {
    OrderEventData {
        payment_data: Some(RawValue::from_string(payment_data).unwrap()),
        ..data()
    }
}

#[test]
fn an_authorization_carries_how_it_was_paid_to_the_letter_and_whether_it_is_held() {
    let data = OrderEventData {
        held: true,
        ..paid(r#"{"payments":[{"value":7590.0}], "connectorResponses":{"Message":"a","message":"b"}}"#.to_owned())
    };
    insta::assert_snapshot!(written(EventType::Authorized, 2, data), @r#"{"specversion":"1.0","id":"mkt1-1-01:2","source":"/marketplaces/mkt1","type":"order.authorized","subject":"mkt1-1-01","time":"2026-11-21T00:00:00.000Z","sequence":2,"datacontenttype":"application/json","data":{"orderId":"mkt1-1-01","marketplace":"mkt1","marketplaceOrderId":"1-01","held":true,"paymentData":{"payments":[{"value":7590.0}], "connectorResponses":{"Message":"a","message":"b"}}}}"#);
}

#[test]
fn a_release_says_whether_the_order_is_paid_and_what_was_decided_about() {
    let review = Some(ReviewEventData {
        theirs: Cents::new(6900),
        ours: Cents::new(7390),
    });
    let data = OrderEventData {
        authorized: true,
        review,
        ..data()
    };
    insta::assert_snapshot!(written(EventType::Released, 3, data), @r#"{"specversion":"1.0","id":"mkt1-1-01:3","source":"/marketplaces/mkt1","type":"order.released","subject":"mkt1-1-01","time":"2026-11-21T00:00:00.000Z","sequence":3,"datacontenttype":"application/json","data":{"orderId":"mkt1-1-01","marketplace":"mkt1","marketplaceOrderId":"1-01","authorized":true,"review":{"theirs":6900,"ours":7390}}}"#);
}

#[test]
fn payment_data_that_no_message_holds_are_left_out_and_missed() {
    let message = |data| {
        let event = OrderEvent::new(EventType::Authorized, 2, Instant::now(), data);
        event.to_message().unwrap()
    };
    let frame = message(paid("{}".to_owned())).len() - "{}".len();
    let of_length = |length: usize| {
        let rest = length - frame - r#"{"x":""}"#.len();
        message(paid(format!(r#"{{"x":"{}"}}"#, "x".repeat(rest))))
    };
    let fits = of_length(MESSAGE_LIMIT);
    assert_eq!(fits.len(), MESSAGE_LIMIT);
    assert!(fits.contains("paymentData") && !fits.contains("Omitted"));
    let too_long = of_length(MESSAGE_LIMIT + 1);
    let read: serde_json::Value = serde_json::from_str(&too_long).unwrap();
    assert_eq!(read["data"].get("paymentData"), None);
    assert_eq!(read["data"]["paymentDataOmitted"], true);
    assert_eq!(read["type"], "order.authorized");
}
