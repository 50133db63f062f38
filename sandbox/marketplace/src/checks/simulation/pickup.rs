//! The store of a pickup option.

use super::{Node, Rule};

/// Checks `pickupStoreInfo`: a whole store for a pickup, null for a delivery. `channel` is `None`
/// where it is not known which of both it is.
pub(super) fn check(sla: &Node<'_>, channel: Option<&str>) {
    let Some(store) = sla.field("pickupStoreInfo") else {
        return;
    };
    match channel {
        Some("pickup-in-point") if store.value.is_null() => {
            store.note(Rule::PickupStore, "null for a pickup");
        }
        Some("pickup-in-point") => check_store(store),
        Some(_) if !store.value.is_null() => {
            store.note(Rule::PickupStore, "a store for a delivery");
        }
        _ => {}
    }
}

fn check_store(store: Node<'_>) {
    let Some(store) = store.object() else {
        return;
    };
    if let Some(flag) = store.field("isPickupStore")
        && flag.truth() == Some(false)
    {
        flag.note_value(Rule::PickupStore);
    }
    for name in ["friendlyName", "additionalInfo"] {
        if let Some(field) = store.field(name) {
            field.text();
        }
    }
    if let Some(address) = store.field("address").and_then(Node::object) {
        check_address(&address);
    }
}

fn check_address(address: &Node<'_>) {
    const TEXTS: [&str; 9] = [
        "addressId",
        "postalCode",
        "city",
        "state",
        "country",
        "street",
        "number",
        "neighborhood",
        "complement",
    ];
    for name in TEXTS {
        if let Some(field) = address.field(name) {
            field.text();
        }
    }
    for name in ["receiverName", "reference"] {
        if let Some(field) = address.field(name) {
            field.text_or_null();
        }
    }
    if let Some(kind) = address.field("addressType")
        && kind.text().is_some_and(|text| text != "pickup")
    {
        kind.note_value(Rule::PickupStore);
    }
    let coordinates = address.field("geoCoordinates");
    for number in coordinates
        .and_then(|coordinates| coordinates.list())
        .unwrap_or_default()
    {
        number.number();
    }
}
