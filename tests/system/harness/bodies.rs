//! Bodies as the protocol's examples have them.

use serde_json::{Value, json};

/// A cart of `(sku, quantity)` without an address: what an index asks.
pub fn shelf(lines: &[(&str, i64)]) -> Value {
    let items: Vec<Value> = lines
        .iter()
        .map(|(sku, quantity)| json!({"id": sku, "quantity": quantity, "seller": "1"}))
        .collect();
    json!({"items": items, "isCheckedIn": false})
}

/// The same going to an address the fixture serves.
pub fn cart(lines: &[(&str, i64)]) -> Value {
    let mut cart = shelf(lines);
    cart["country"] = json!("BRA");
    cart["postalCode"] = json!("22251-030");
    cart
}

/// An order of `(sku, quantity, price)`, like the standard order O1.
pub fn order(id: &str, lines: &[(&str, i64, i64)]) -> Value {
    let items: Vec<Value> = lines
        .iter()
        .map(|(sku, quantity, price)| {
            json!({"id": sku, "quantity": quantity, "seller": "1", "price": price})
        })
        .collect();
    let logistics: Vec<Value> = (0..lines.len())
        .map(|index| {
            json!({
                "itemIndex": index, "selectedSla": "Normal", "lockTTL": "8d",
                "shippingEstimate": "5bd", "price": 200, "deliveryWindow": null,
            })
        })
        .collect();
    let goods: i64 = lines
        .iter()
        .map(|(_, quantity, price)| quantity * price)
        .sum();
    let shipping = 200 * i64::try_from(lines.len()).unwrap();
    json!({
        "marketplaceOrderId": id,
        "marketplaceServicesEndpoint": "http://oms.vtexinternal.com.br/api/oms?an=mkt1",
        "marketplacePaymentValue": goods + shipping,
        "items": items,
        "clientProfileData": {
            "email": "a@ct.vtex.com.br", "firstName": "J", "lastName": "A",
            "documentType": null, "document": "3244239851", "isCorporate": false,
        },
        "shippingData": {
            "address": {
                "addressType": "Residencial", "receiverName": "J A", "postalCode": "22251-030",
                "city": "Rio", "state": "RJ", "country": "BRA", "street": "Rua A", "number": "1",
                "neighborhood": "B",
            },
            "logisticsInfo": logistics,
        },
        "paymentData": null,
    })
}

/// The standard order O1, with an id of its own.
pub fn o1(id: &str) -> Value {
    order(id, &[("2000037", 1, 7390)])
}

/// What names an order in R4 and R5.
pub fn naming(id: &str) -> Value {
    json!({"marketplaceOrderId": id})
}
