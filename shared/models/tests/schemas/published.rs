//! What the marketplace is sent, against the schemas it publishes.
//!
//! Their directory comes from the environment; without it these tests say so and pass. Where the
//! documents contradict each other or the marketplace, the test names the field and why.

use std::path::Path;

use feirante_models::erp::{InvoiceMessage, TrackingMessage};
use feirante_models::outward::{
    AgreementBody, AgreementType, CancelBody, Ean, InvoiceBody, ProgressBody, ShipmentBody,
    SuggestionBody, SuggestionImage, SuggestionPricing, SuggestionSpecification,
};
use feirante_models::{Instant, SkuId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::queue::{Queue, complaints, validator};

/// The directory with the published documents.
const VARIABLE: &str = "VTEX_OPENAPI_DIR";

const SELLER: &str = "external-seller-marketplace.json";
const ORDERS: &str = "orders-invoice-cancel.json";
const SUGGESTIONS: &str = "suggestions.json";

/// The schema of what an operation is sent.
struct Operation {
    file: &'static str,
    verb: &'static str,
    path: &'static str,
}

const fn operation(file: &'static str, verb: &'static str, path: &'static str) -> Operation {
    Operation { file, verb, path }
}

impl Operation {
    /// What the schema has against a body; `None` without the documents.
    fn complaints(&self, body: &impl Serialize) -> Option<Vec<String>> {
        let Some(directory) = std::env::var_os(VARIABLE) else {
            eprintln!("{VARIABLE} is not set: nothing compared");
            return None;
        };
        let file = Path::new(&directory).join(self.file);
        let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", self.file));
        let document: Value = serde_json::from_slice(&text).unwrap();
        let content = &document["paths"][self.path][self.verb]["requestBody"]["content"];
        let mut schema = content["application/json"]["schema"].clone();
        assert!(schema.is_object(), "{}: {}", self.file, self.path);
        schema["components"] = document["components"].clone();
        nullable(&mut schema);
        Some(complaints(
            &validator(&schema),
            &serde_json::to_value(body).unwrap(),
        ))
    }
}

/// `nullable` of OpenAPI 3.0 as JSON Schema says it.
fn nullable(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("nullable") == Some(&Value::Bool(true))
                && let Some(Value::String(of)) = fields.get("type")
            {
                let either = json!([of, "null"]);
                fields.insert("type".to_owned(), either);
            }
            fields.values_mut().for_each(nullable);
        }
        Value::Array(items) => items.iter_mut().for_each(nullable),
        _ => {}
    }
}

fn fits(operation: &Operation, body: &impl Serialize) {
    deviates(operation, body, &[]);
}

fn deviates(operation: &Operation, body: &impl Serialize, places: &[&str]) {
    let Some(complaints) = operation.complaints(body) else {
        return;
    };
    let found: Vec<&str> = complaints
        .iter()
        .map(|complaint| complaint.split(':').next().unwrap())
        .collect();
    assert_eq!(found, places, "{}: {complaints:?}", operation.path);
}

fn sent_at() -> Instant {
    Instant::parse("2026-11-21T08:00:00Z").unwrap()
}

#[test]
fn invoices_fit() {
    let route = "/pvt/orders/{marketplaceOrderId}/invoice";
    for example in Queue::Invoices.examples() {
        let message = InvoiceMessage::read(example.to_string().as_bytes()).unwrap();
        let body = InvoiceBody::of(&message, sent_at());
        fits(&operation(SELLER, "post", route), &body);
        // One document has it as a text, the other as a number (protocol §8 D18).
        let route = "/api/oms/pvt/orders/{orderId}/invoice";
        deviates(&operation(ORDERS, "post", route), &body, &["/invoiceValue"]);
    }
}

#[test]
fn tracking_fits() {
    let seller = "/pvt/orders/{marketplaceOrderId}/invoice/{invoiceNumber}";
    let orders = "/api/oms/pvt/orders/{orderId}/invoice/{invoiceNumber}";
    for example in Queue::Tracking.examples() {
        let message = TrackingMessage::read(example.to_string().as_bytes()).unwrap();
        if let Some(shipment) = &message.shipment {
            let body = ShipmentBody::of(shipment, sent_at());
            fits(&operation(SELLER, "post", seller), &body);
            fits(&operation(ORDERS, "patch", orders), &body);
        }
        if let Some(progress) = &message.progress {
            let body = ProgressBody::of(progress);
            let seller = "/pvt/orders/{marketplaceOrderId}/invoice/{invoiceNumber}/tracking";
            fits(&operation(SELLER, "post", seller), &body);
            let orders = "/api/oms/pvt/orders/{orderId}/invoice/{invoiceNumber}/tracking";
            fits(&operation(ORDERS, "put", orders), &body);
        }
    }
}

#[test]
fn cancellations_and_agreements_fit() {
    let body = CancelBody::new("Damaged in the warehouse");
    let route = "/pvt/orders/{marketplaceOrderId}/cancel";
    fits(&operation(SELLER, "post", route), &body);
    let route = "/api/oms/pvt/orders/{orderId}/cancel";
    fits(&operation(ORDERS, "post", route), &body);
    let route = "/pvt/orders/{participantOrderId}/changes/{changeRequestId}/send-agreement";
    for agreement_type in [AgreementType::Acknowledgment, AgreementType::Confirmation] {
        fits(
            &operation(SELLER, "post", route),
            &AgreementBody { agreement_type },
        );
    }
}

#[test]
fn suggestions_fit() {
    let specification = SuggestionSpecification {
        field_name: "Fabric".to_owned(),
        field_values: vec!["Cotton".to_owned()],
    };
    let body = SuggestionBody {
        product_id: "321".to_owned(),
        product_name: "Product sample".to_owned(),
        product_description: "sample".to_owned(),
        brand_name: "Brand 1".to_owned(),
        sku_name: "Sku sample".to_owned(),
        seller_id: "seller1".to_owned(),
        height: 1,
        width: 1,
        length: 1,
        weight: 500,
        updated: (),
        ref_id: Some("REFID123".to_owned()),
        ean: Some(Ean::Text("7908010136043".to_owned())),
        seller_stock_keeping_unit_id: SuggestionBody::numeric_code(
            &SkuId::parse("2000037").unwrap(),
        ),
        category_full_path: "Department/Category".to_owned(),
        images: vec![SuggestionImage {
            image_name: "Principal".to_owned(),
            image_url: "https://images.example/1.jpg".to_owned(),
        }],
        product_specifications: vec![specification.clone()],
        sku_specifications: vec![specification],
        measurement_unit: "un".to_owned(),
        unit_multiplier: 1.into(),
        available_quantity: 99,
        pricing: SuggestionPricing {
            currency: "BRL".to_owned(),
            sale_price: 7390,
            currency_symbol: "R$".to_owned(),
        },
    };
    let suggest = operation(SUGGESTIONS, "put", "/suggestions/{sellerId}/{sellerSkuId}");
    fits(&suggest, &body);
    // The document requires both and says that one is enough.
    let without = SuggestionBody { ean: None, ..body };
    deviates(&suggest, &without, &[""]);
}
