use super::*;

#[test]
fn the_sample_is_read() {
    let invoice = read(&sample());
    assert_eq!(invoice.order.order_id().as_str(), "mkt1-959311095-01");
    assert_eq!(invoice.kind, InvoiceType::Output);
    assert_eq!(invoice.number.as_str(), "NFe-00001");
    assert_eq!(invoice.value, Cents::new(7590));
    assert_eq!(
        invoice.issuance_date.unwrap().to_string(),
        "2026-11-21T00:00:00.000Z"
    );
    assert_eq!(invoice.items.len(), 1);
    assert_eq!(invoice.items[0].sku.as_str(), "2000037");
    assert_eq!(invoice.items[0].quantity.get(), 1);
    assert_eq!(invoice.items[0].price, Cents::new(7390));
    assert_eq!(invoice.items[0].description, None);
    assert_eq!(
        (invoice.key, invoice.url, invoice.embedded),
        (None, None, None)
    );
    assert_eq!(invoice.shipment, None);
    assert!(!invoice.restock);
}

#[test]
fn absent_null_and_blank_are_the_same() {
    let mut shortest = sample();
    shortest
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    assert_eq!(read(&shortest), read(&sample()));
    let blank = json!({"invoiceKey": "", "invoiceUrl": " ", "embeddedInvoice": "\n",
        "courier": "", "trackingNumber": "", "trackingUrl": "", "dispatchedDate": ""});
    assert_eq!(read(&with(&blank)), read(&sample()));
}

#[test]
fn numbers_are_taken_where_texts_are_ids() {
    let numbers = json!({"invoiceNumber": 1, "invoiceValue": 7590.0, "trackingNumber": 12,
        "items": [{"id": 2_000_037, "quantity": 1.0, "price": 7390.0}]});
    let invoice = read(&with(&numbers));
    assert_eq!(invoice.number.as_str(), "1");
    assert_eq!(invoice.items, read(&sample()).items);
    assert_eq!(invoice.shipment.unwrap().tracking_number, "12");
}

#[test]
fn a_key_of_44_digits_keeps_each_even_as_a_number() {
    let key = "35261112345678000190550010000000011000000019";
    let text = sample().to_string();
    for written in [key.to_owned(), format!("\"{key}\"")] {
        let message = text.replace(
            r#""invoiceKey":null"#,
            &format!(r#""invoiceKey":{written}"#),
        );
        assert_ne!(message, text);
        let invoice = InvoiceMessage::read(message.as_bytes()).unwrap();
        assert_eq!(invoice.key.as_deref(), Some(key));
    }
}

#[test]
fn a_tracking_number_makes_a_shipment() {
    let shipment = json!({"type": "Input", "courier": "Correios", "trackingNumber": " SR1 ",
        "trackingUrl": "https://t.example/SR1", "dispatchedDate": "2026-11-22", "restock": true});
    let invoice = read(&with(&shipment));
    assert_eq!(invoice.kind, InvoiceType::Input);
    assert!(invoice.restock);
    let expected = Shipment {
        courier: "Correios".to_owned(),
        tracking_number: "SR1".to_owned(),
        tracking_url: "https://t.example/SR1".to_owned(),
        dispatched_date: Some("2026-11-22".to_owned()),
    };
    assert_eq!(invoice.shipment, Some(expected));
    assert_eq!(read(&with(&json!({"courier": "Correios"}))).shipment, None);
}

#[test]
fn an_embedded_invoice_stays_to_the_letter() {
    let xml = "<?xml version=\"1.0\"?>\n<nfe>\t\u{e7}\n</nfe>\n";
    let invoice = read(&with(&json!({"embeddedInvoice": xml})));
    assert_eq!(invoice.embedded.as_deref(), Some(xml));
}

#[test]
fn mistakes_are_named_by_their_place() {
    let line = |field: &str, value: Value| {
        let mut line = sample()["items"][0].clone();
        line[field] = value;
        json!({"items": [sample()["items"][0], line]})
    };
    for (fields, mistake) in [
        (json!({"orderId": null}), "ES002: /orderId: is missing"),
        (json!({"type": null}), "ES002: /type: is missing"),
        (
            json!({"type": "output"}),
            "ES002: /type: is neither Output nor Input",
        ),
        (
            json!({"invoiceNumber": null}),
            "ES002: /invoiceNumber: is missing",
        ),
        (
            json!({"invoiceNumber": "NFe 1"}),
            "ES002: /invoiceNumber: an invoice number has",
        ),
        (
            json!({"invoiceValue": null}),
            "ES002: /invoiceValue: is missing",
        ),
        (
            json!({"invoiceValue": -1}),
            "ES002: /invoiceValue: is negative",
        ),
        (
            json!({"invoiceValue": 75.9}),
            "ES002: /invoiceValue: is not an integer number of cents",
        ),
        (
            json!({"invoiceValue": "7590"}),
            "ES002: /invoiceValue: is not an integer number of cents",
        ),
        (
            json!({"issuanceDate": "21/11/2026"}),
            "ES002: /issuanceDate: is not a date and time",
        ),
        (json!({"items": null}), "ES002: /items: has no item"),
        (json!({"items": []}), "ES002: /items: has no item"),
        (json!({"items": {}}), "ES002: /items: is not a list"),
        (json!({"items": [5]}), "ES002: /items/0: is not an object"),
        (line("id", Value::Null), "ES002: /items/1/id: is missing"),
        (
            line("id", json!("a\u{7}")),
            "ES002: /items/1/id: a SKU code has",
        ),
        (
            line("quantity", Value::Null),
            "ES002: /items/1/quantity: is missing",
        ),
        (
            line("quantity", json!(0)),
            "ES004: /items/1/quantity: is not a positive integer",
        ),
        (
            line("quantity", json!(1.5)),
            "ES004: /items/1/quantity: is not a positive integer",
        ),
        (
            line("quantity", json!(4e9)),
            "ES004: /items/1/quantity: makes more than a thousand",
        ),
        (
            line("price", Value::Null),
            "ES002: /items/1/price: is missing",
        ),
        (
            line("price", json!(-1)),
            "ES002: /items/1/price: is negative",
        ),
        (
            line("description", json!([])),
            "ES002: /items/1/description: is not a text",
        ),
        (
            json!({"invoiceKey": "x".repeat(201)}),
            "ES002: /invoiceKey: is longer than 200",
        ),
        (
            json!({"invoiceKey": "1\u{0}2"}),
            "ES002: /invoiceKey: has a control character",
        ),
        (
            json!({"invoiceUrl": "x".repeat(2001)}),
            "ES002: /invoiceUrl: is longer than 2000",
        ),
        (
            json!({"embeddedInvoice": {}}),
            "ES002: /embeddedInvoice: is not a text",
        ),
        (
            json!({"trackingNumber": []}),
            "ES002: /trackingNumber: is not a text",
        ),
        (
            json!({"dispatchedDate": "soon"}),
            "ES002: /dispatchedDate: is not a date",
        ),
        (
            json!({"restock": "yes"}),
            "ES002: /restock: is neither true nor false",
        ),
    ] {
        let why = refusal(&with(&fields));
        assert!(why.starts_with(mistake), "{fields}: {why}");
    }
}

#[test]
fn what_no_item_could_hold_is_refused() {
    let large = json!({"embeddedInvoice": "x".repeat(LARGEST_MESSAGE)});
    assert_eq!(
        refusal(&with(&large)),
        "ES016: the body: is larger than 256 KB"
    );
    let line = &sample()["items"][0];
    let many = json!({"items": vec![line; 1001]});
    assert_eq!(refusal(&with(&many)), "ES002: /items: has more than 1000");
}
