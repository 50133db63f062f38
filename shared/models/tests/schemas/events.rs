//! What the ERP is told passes the schema it is given.

use feirante_models::cancellation::CancellationDetails;
use feirante_models::erp::InvoiceType;
use feirante_models::events::{
    DeliveryFailureData, EventType, FailedDelivery, InvoiceEventData, LineEventData,
    ModificationEventData, OrderEvent, OrderEventData, ReservationEventData, ReviewEventData,
    TotalsEventData,
};
use feirante_models::modification::AgreementName;
use feirante_models::outward::AgreementType;
use feirante_models::{
    AccountName, Cents, ChangeRequestId, Instant, InvoiceNumber, MarketplaceOrderId, OrderId,
    Quantity, SkuId, WarehouseId,
};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::queue::{complaints, schema, validator};

fn data() -> OrderEventData {
    let account = AccountName::parse("mkt1").unwrap();
    let order = MarketplaceOrderId::parse("959311095-01").unwrap();
    OrderEventData::new(OrderId::of(&account, &order), account, order)
}

fn invoice(kind: InvoiceType, receipt: Option<&str>) -> OrderEventData {
    OrderEventData {
        invoice: Some(InvoiceEventData {
            invoice_number: InvoiceNumber::parse("NFe-00001").unwrap(),
            kind,
            value: Cents::new(7590),
            receipt: receipt.map(str::to_owned),
            residual: Cents::ZERO,
        }),
        ..data()
    }
}

fn failure(kind: FailedDelivery, number: Option<&str>) -> OrderEventData {
    OrderEventData {
        failure: Some(DeliveryFailureData {
            kind,
            invoice_number: number.map(|number| InvoiceNumber::parse(number).unwrap()),
            agreement: (kind == FailedDelivery::Agreement).then(|| AgreementName {
                change_request_id: ChangeRequestId::parse("c-1").unwrap(),
                agreement_type: AgreementType::Confirmation,
            }),
            status: 409,
            reason: "refused".to_owned(),
            detail: "the order is canceled".to_owned(),
        }),
        ..data()
    }
}

fn written(event_type: EventType, data: OrderEventData) -> Value {
    let time = Instant::parse("2026-11-21T08:59:00.619Z").unwrap();
    let message = OrderEvent::new(event_type, 1, time, data).to_message();
    serde_json::from_str(&message.unwrap()).unwrap()
}

fn modified(reason: Option<&str>, method: Option<&str>) -> OrderEventData {
    let sku = SkuId::parse("2000037").unwrap();
    let line = LineEventData {
        sku: sku.clone(),
        quantity: Quantity::ONE,
        price: Cents::new(7390),
        shipping_price: Cents::new(200),
        shipping_method: method.map(str::to_owned),
    };
    let totals = TotalsEventData {
        items: Cents::new(7390),
        shipping: Cents::new(200),
        other: Cents::new(-90),
        total: Cents::new(7500),
    };
    OrderEventData {
        reservations: vec![ReservationEventData {
            item_index: 0,
            sku,
            warehouse: WarehouseId::parse("main").unwrap(),
            quantity: Quantity::ONE,
        }],
        modification: Some(ModificationEventData {
            change_request_id: ChangeRequestId::parse("c-1").unwrap(),
            reason: reason.map(str::to_owned),
            lines: vec![line],
            totals,
        }),
        ..data()
    }
}

/// Each type with all it may carry, and with as little.
fn all() -> Vec<Value> {
    let order = r#"{"marketplaceOrderId":"959311095-01","items":[]}"#;
    let placed = OrderEventData {
        order: Some(RawValue::from_string(order.to_owned()).unwrap()),
        ..data()
    };
    let requested = OrderEventData {
        cancellation: Some(CancellationDetails {
            cancellation_request_id: Some("8583".to_owned()),
            reason: Some("regret".to_owned()),
            requested_by_user: Some(true),
        }),
        ..data()
    };
    let review = Some(ReviewEventData {
        theirs: Cents::new(6900),
        ours: Cents::new(7390),
    });
    let held = OrderEventData {
        review,
        ..placed.clone()
    };
    let paid = r#"{"payments":[{"group":"creditCard","value":7590}]}"#;
    let authorized = OrderEventData {
        held: true,
        payment_data: Some(RawValue::from_string(paid.to_owned()).unwrap()),
        ..data()
    };
    let omitted = OrderEventData {
        payment_data_omitted: true,
        ..data()
    };
    let released = |authorized| OrderEventData {
        authorized,
        review,
        ..data()
    };
    vec![
        written(EventType::Placed, placed),
        written(EventType::Placed, data()),
        written(EventType::NeedsReview, held),
        written(EventType::Authorized, authorized),
        written(EventType::Authorized, omitted),
        written(EventType::Authorized, data()),
        written(EventType::Released, released(true)),
        written(EventType::Released, released(false)),
        written(EventType::CancellationRequested, requested),
        written(EventType::CancellationRequested, data()),
        written(EventType::Canceled, data()),
        written(EventType::Expired, data()),
        written(
            EventType::Invoiced,
            invoice(InvoiceType::Output, Some("527b")),
        ),
        written(EventType::Returned, invoice(InvoiceType::Input, None)),
        written(EventType::Delivered, data()),
        written(
            EventType::DeliveryFailed,
            failure(FailedDelivery::Invoice, Some("NFe-00009")),
        ),
        written(
            EventType::DeliveryFailed,
            failure(FailedDelivery::Tracking, Some("NFe-00009")),
        ),
        written(EventType::Modified, modified(Some("less"), Some("Normal"))),
        written(EventType::Modified, modified(None, None)),
        written(
            EventType::DeliveryFailed,
            failure(FailedDelivery::Cancellation, None),
        ),
        written(
            EventType::DeliveryFailed,
            failure(FailedDelivery::Agreement, None),
        ),
    ]
}

#[test]
fn each_event_passes_the_schema() {
    let validator = validator(&schema("erp-orders"));
    for event in all() {
        let complaints = complaints(&validator, &event);
        assert!(complaints.is_empty(), "{event}: {complaints:?}");
    }
}

#[test]
fn the_schema_knows_each_type_and_no_other() {
    let schema = schema("erp-orders");
    let types = schema["properties"]["type"]["oneOf"].as_array().unwrap();
    let mut promised: Vec<&str> = types
        .iter()
        .map(|of| of["const"].as_str().unwrap())
        .collect();
    let all = all();
    let mut written: Vec<&str> = all
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    promised.sort_unstable();
    written.sort_unstable();
    written.dedup();
    assert_eq!(promised, written);
}

#[test]
fn the_examples_of_the_schema_pass() {
    let schema = schema("erp-orders");
    let validator = validator(&schema);
    for example in schema["examples"].as_array().unwrap() {
        let complaints = complaints(&validator, example);
        assert!(complaints.is_empty(), "{example}: {complaints:?}");
    }
}

#[test]
fn each_field_that_is_always_there_is_promised() {
    /// Fields an event of their kind may come without.
    const OPTIONAL: [&str; 14] = [
        "/data/order",
        "/data/held",
        "/data/authorized",
        "/data/paymentData",
        "/data/paymentDataOmitted",
        "/data/cancellationRequestId",
        "/data/reason",
        "/data/requestedByUser",
        "/data/invoice/receipt",
        "/data/failure/invoiceNumber",
        "/data/failure/changeRequestId",
        "/data/failure/agreementType",
        "/data/modification/reason",
        "/data/modification/lines/0/shippingMethod",
    ];
    let validator = validator(&schema("erp-orders"));
    for event in all() {
        for parent in [
            "",
            "/data",
            "/data/review",
            "/data/invoice",
            "/data/modification",
            "/data/modification/lines/0",
            "/data/modification/totals",
            "/data/failure",
        ] {
            let Some(fields) = event.pointer(parent).and_then(Value::as_object) else {
                continue;
            };
            for name in fields.keys() {
                let mut without = event.clone();
                let object = without.pointer_mut(parent).and_then(Value::as_object_mut);
                object.unwrap().remove(name);
                let place = format!("{parent}/{name}");
                let optional = OPTIONAL.contains(&place.as_str());
                assert_eq!(validator.is_valid(&without), optional, "{place}: {event}");
            }
        }
    }
}
