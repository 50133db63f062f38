//! The body of one order as R3 sends it (protocol §3.2).

use serde_json::{Value, json};

use super::cart::{Address, Selected, Selection};
use super::quote::Offering;
use crate::options::AccountOptions;

/// What an order's body is made of.
pub(super) struct OrderBody<'a> {
    pub(super) account: &'a AccountOptions,
    pub(super) id: &'a str,
    pub(super) group: &'a str,
    pub(super) selection: &'a Selection,
    pub(super) address: &'a Address,
    pub(super) services_endpoint: &'a str,
    /// Whether it looks as it did in 2017.
    pub(super) legacy: bool,
}

impl OrderBody<'_> {
    /// The body.
    pub(super) fn json(&self) -> Value {
        let mut body = json!({
            "marketplaceOrderId": self.id,
            "marketplaceServicesEndpoint": self.services_endpoint,
            "marketplacePaymentValue": self.selection.total,
            "items": self.selection.lines.iter().map(|line| self.item(line)).collect::<Value>(),
            "clientProfileData": self.client(),
            "shippingData": self.shipping(),
            "marketingData": null,
            "openTextField": null,
            "paymentData": null,
        });
        if !self.legacy {
            body["marketplaceOrderGroup"] = json!(self.group);
            body["allowMultipleDeliveries"] = json!(true);
            body["invoiceData"] =
                json!({"userPaymentInfo": {"paymentMethod": ["creditCardPaymentGroup"]}});
        }
        body
    }

    fn item(&self, line: &Selected) -> Value {
        let bundles = line.services.iter().map(bundle).collect::<Value>();
        let seller = &self.account.seller_id;
        if self.legacy {
            return json!({
                "id": line.sku, "quantity": line.quantity, "Seller": seller, "price": line.price,
                "commission": 0, "freightCommission": 0, "bundleItems": bundles,
                "itemAttachment": {"name": null, "content": {}}, "attachments": [],
                "priceTags": [], "measurementUnit": null, "unitMultiplier": 0, "isGift": false,
            });
        }
        json!({
            "id": line.sku, "quantity": line.quantity, "seller": seller, "price": line.price,
            "commission": 0, "freightCommission": 0, "bundleItems": bundles,
            "itemsAttachment": [], "attachments": [], "priceTags": [],
            "measurementUnit": line.measurement_unit, "unitMultiplier": line.unit_multiplier,
            "isGift": false,
        })
    }

    /// The shopper, whose e-mail address is an alias as ever (protocol §3.2).
    fn client(&self) -> Value {
        json!({
            "email": format!("{}@ct.vtex.com.br", self.group),
            "firstName": "Joana", "lastName": "Souza",
            "documentType": if self.legacy { Value::Null } else { json!("cpf") },
            "document": "32442398510", "phone": "+5521999999999",
            "corporateName": null, "tradeName": null, "corporateDocument": null,
            "stateInscription": null, "corporatePhone": null, "isCorporate": false,
        })
    }

    fn shipping(&self) -> Value {
        let lines = self.selection.lines.iter().enumerate();
        let coordinates = self.address.geo_coordinates;
        let mut shipping = json!({
            "address": {
                "addressType": if self.legacy { "Residencial" } else { "residential" },
                "receiverName": "Joana Souza", "addressId": "Home",
                "postalCode": self.address.postal_code.as_deref().unwrap_or_default(),
                "city": "Rio de Janeiro", "state": "RJ", "country": self.address.country,
                "street": "Praia de Botafogo", "number": "300", "neighborhood": "Botafogo",
                "complement": "3º andar", "reference": null,
                "geoCoordinates": coordinates.map_or_else(Vec::new, |pair| pair.to_vec()),
            },
            "logisticsInfo": lines
                .map(|(index, line)| self.logistics(index, line))
                .collect::<Value>(),
        });
        if !self.legacy {
            shipping["updateStatus"] = json!("updated");
        }
        shipping
    }

    fn logistics(&self, index: usize, line: &Selected) -> Value {
        // A window's charge is in the price of the line (protocol §5.1) and told besides.
        let window = line.window.as_ref().map(|window| {
            json!({
                "startDateUtc": window.start_date_utc,
                "endDateUtc": window.end_date_utc,
                "listPrice": window.price,
            })
        });
        let mut logistics = json!({
            "itemIndex": index, "selectedSla": line.sla, "lockTTL": "8d",
            "shippingEstimate": line.shipping_estimate, "price": line.shipping,
            "deliveryWindow": window,
        });
        if !self.legacy {
            logistics["selectedDeliveryChannel"] = json!(line.delivery_channel);
        }
        logistics
    }
}

/// A service; its id is a number where it can be, as the documents have it.
fn bundle(service: &Offering) -> Value {
    let id = service
        .id
        .parse::<u32>()
        .map_or_else(|_| json!(service.id), |id| json!(id));
    json!({"type": service.kind, "id": id, "name": service.name, "price": service.price})
}
