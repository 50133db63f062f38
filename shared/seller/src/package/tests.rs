use feirante_models::OrderId;
use feirante_models::erp::{OrderReference, TrackingEvent};

use super::*;
use crate::order::{Order, Receipt};
use crate::package::tests::orders::{order, with};

mod corrections;
mod orders;
mod room;
mod shuffled;
mod steps;

fn number(name: &str) -> InvoiceNumber {
    InvoiceNumber::parse(name).unwrap()
}

fn at(seconds: i64) -> Instant {
    Instant::from_millis(1_795_219_200_000 + seconds * 1000).unwrap()
}

fn shipment(tracking_number: &str) -> Shipment {
    Shipment {
        courier: "Correios".to_owned(),
        tracking_number: tracking_number.to_owned(),
        tracking_url: String::new(),
        dispatched_date: None,
    }
}

fn event(description: &str, seconds: i64) -> TrackingEvent {
    TrackingEvent {
        city: "Rio".to_owned(),
        state: "RJ".to_owned(),
        description: description.to_owned(),
        date: at(seconds),
    }
}

fn progress(is_delivered: bool, events: &[TrackingEvent]) -> Progress {
    Progress {
        is_delivered,
        delivered_date: None,
        events: events.to_vec(),
    }
}

/// A message about the package of N-1.
fn message(shipment: Option<Shipment>, progress: Option<Progress>) -> TrackingMessage {
    TrackingMessage {
        order: OrderReference::Ours(OrderId::parse("mkt1-1-01").unwrap()),
        invoice_number: number("N-1"),
        shipment,
        progress,
    }
}

/// A package whose tracking number the marketplace has.
fn shipped() -> Package {
    Package {
        shipments: Shipments::default().with(&shipment("SR1"), at(0)),
        ..Package::default()
    }
}

/// A package of which it has been told `progress` too.
fn reported(progress: &Progress) -> Package {
    let package = shipped();
    Package {
        progress_told: package.progress_told.with(progress),
        ..package
    }
}

#[test]
fn a_message_is_called_by_its_text() {
    assert_eq!(message_hash("{}"), message_hash("{}"));
    assert_ne!(message_hash("{}"), message_hash("{ }"));
    assert_eq!(message_hash("").len(), 16);
}

#[test]
fn what_was_told_is_read_as_it_was_written() {
    let package = reported(&progress(true, &[event("left", 1)]));
    let json = serde_json::to_string(&(&package.shipments, &package.progress_told)).unwrap();
    let read: (Shipments, ProgressTold) = serde_json::from_str(&json).unwrap();
    assert_eq!(read, (package.shipments, package.progress_told));
    // An older version did not write when it was sent.
    let json = json.replace(r#","sentAt":"2026-11-21T00:00:00.000Z""#, "");
    let (old, _): (Shipments, ProgressTold) = serde_json::from_str(&json).unwrap();
    let current = CurrentShipment {
        shipment: shipment("SR1"),
        sent_at: None,
    };
    assert_eq!(old.current, Some(current));
    // Of items without them nothing was told.
    assert_eq!(
        serde_json::from_str::<Shipments>("{}").unwrap(),
        Shipments::default()
    );
    let nothing = serde_json::from_str::<ProgressTold>("{}").unwrap();
    assert_eq!(nothing, ProgressTold::default());
}
