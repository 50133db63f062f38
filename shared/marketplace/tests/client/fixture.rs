//! The marketplace of the sandbox's seller file, and something of each kind to send to it.

use feirante_marketplace::{Answer, Call, Client, Credentials, Failure, Timeouts, Ways, calls};
use feirante_models::erp::{InvoiceMessage, TrackingMessage};
use feirante_models::outward::{
    AgreementBody, AgreementType, CancelBody, InvoiceBody, ProgressBody, ShipmentBody,
    SuggestionBody, SuggestionImage, SuggestionPricing,
};
use feirante_models::{Instant, InvoiceNumber, MarketplaceOrderId, SkuId};
use feirante_seller::settings::{Endpoints, Marketplace, Secret, Settings};

const SELLER_FILE: &str = include_str!("../../../../sandbox/fixture/seller.toml");

/// The marketplace as a seller file without endpoints has it.
pub(crate) fn public() -> Marketplace {
    let settings = Settings::parse(SELLER_FILE).unwrap();
    settings.marketplaces.into_iter().next().unwrap()
}

/// The marketplace with everything at one server.
pub(crate) fn at(url: &str) -> Marketplace {
    Marketplace {
        endpoints: Endpoints {
            api: format!("{url}/mkt1"),
            suggestions: format!("{url}/mkt1"),
            services: format!("{url}/mkt1/api/oms"),
            services_named: false,
        },
        ..public()
    }
}

pub(crate) const APP_KEY: &str = "vtexappkey-mkt1";
pub(crate) const APP_TOKEN: &str = "outbound-token";

pub(crate) fn credentials() -> Credentials {
    Credentials::new(APP_KEY, Secret::new(APP_TOKEN)).unwrap()
}

pub(crate) fn client() -> Client {
    Client::new(Timeouts::default()).unwrap()
}

/// Sends a call to a marketplace of which nothing is known.
pub(crate) async fn send(call: &Call) -> Result<Answer, Failure> {
    client().send(call, &credentials(), &Ways::default()).await
}

pub(crate) fn sku() -> SkuId {
    SkuId::parse("2000037").unwrap()
}

pub(crate) fn order() -> MarketplaceOrderId {
    MarketplaceOrderId::parse("959311095-01").unwrap()
}

pub(crate) fn number() -> InvoiceNumber {
    InvoiceNumber::parse("NFe-00001").unwrap()
}

fn sent_at() -> Instant {
    Instant::parse("2026-11-21T12:00:00Z").unwrap()
}

pub(crate) fn invoice_body() -> InvoiceBody {
    let message = br#"{"orderId":"mkt1-959311095-01","type":"Output","invoiceNumber":"NFe-00001",
        "issuanceDate":"2026-11-21T00:00:00Z","invoiceValue":7590,
        "items":[{"id":"2000037","quantity":1,"price":7390}]}"#;
    InvoiceBody::of(&InvoiceMessage::read(message).unwrap(), sent_at())
}

fn tracking() -> TrackingMessage {
    let message = br#"{"orderId":"mkt1-959311095-01","invoiceNumber":"NFe-00001",
        "courier":"Correios","trackingNumber":"SR1","trackingUrl":"https://t.example/SR1",
        "dispatchedDate":"2026-11-22","isDelivered":false,
        "events":[{"city":"Rio","state":"RJ","description":"On its way","date":"2026-11-23T09:00:00Z"}]}"#;
    TrackingMessage::read(message).unwrap()
}

pub(crate) fn shipment_body() -> ShipmentBody {
    ShipmentBody::of(&tracking().shipment.unwrap(), sent_at())
}

pub(crate) fn progress_body() -> ProgressBody {
    ProgressBody::of(&tracking().progress.unwrap())
}

pub(crate) fn suggestion_body() -> SuggestionBody {
    SuggestionBody {
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
        ean: None,
        seller_stock_keeping_unit_id: Some(2_000_037),
        category_full_path: "Category 1".to_owned(),
        images: vec![SuggestionImage {
            image_name: "Principal".to_owned(),
            image_url: "https://images.example/1.jpg".to_owned(),
        }],
        product_specifications: Vec::new(),
        sku_specifications: Vec::new(),
        measurement_unit: "un".to_owned(),
        unit_multiplier: 1.into(),
        available_quantity: 99,
        pricing: SuggestionPricing {
            currency: "BRL".to_owned(),
            sale_price: 7390,
            currency_symbol: "R$".to_owned(),
        },
    }
}

pub(crate) fn announce(marketplace: &Marketplace) -> Call {
    calls::announce(marketplace, &sku()).unwrap()
}

pub(crate) fn price(marketplace: &Marketplace) -> Call {
    calls::price_changed(marketplace, &sku()).unwrap()
}

pub(crate) fn suggest(marketplace: &Marketplace) -> Call {
    calls::suggest(marketplace, &sku(), &suggestion_body()).unwrap()
}

pub(crate) fn invoice(marketplace: &Marketplace) -> Call {
    calls::invoice(marketplace, None, &order(), &invoice_body()).unwrap()
}

pub(crate) fn shipment(marketplace: &Marketplace, services: Option<&str>) -> Call {
    calls::shipment(marketplace, services, &order(), &number(), &shipment_body()).unwrap()
}

pub(crate) fn progress(marketplace: &Marketplace, services: Option<&str>) -> Call {
    calls::progress(marketplace, services, &order(), &number(), &progress_body()).unwrap()
}

pub(crate) fn cancel(marketplace: &Marketplace) -> Call {
    calls::cancel(marketplace, None, &order(), &CancelBody::new("Damaged")).unwrap()
}

pub(crate) fn agree(marketplace: &Marketplace, services: Option<&str>) -> Call {
    let body = AgreementBody {
        agreement_type: AgreementType::Confirmation,
    };
    calls::agreement(marketplace, services, &order(), "change-1", &body).unwrap()
}
