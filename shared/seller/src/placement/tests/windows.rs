//! Orders with delivery windows that only so many can have.

use super::*;

/// The fixture with so much room in the mornings of `Agendada`.
fn shop(capacity: Option<u32>) -> Shop {
    let mut shop = Shop::new();
    for method in &mut shop.settings.shipping.methods {
        for slot in method
            .windows
            .iter_mut()
            .flat_map(|windows| &mut windows.slots)
        {
            slot.capacity = capacity;
        }
    }
    shop
}

/// An order of two lines in the morning of a day.
fn in_the_morning(id: &str, day: &str) -> Value {
    let mut order = order(id, &[("W1", 1, 1000), ("2000037", 1, 7390)]);
    for row in 0..2 {
        let row = &mut order["shippingData"]["logisticsInfo"][row];
        row["selectedSla"] = json!("Agendada");
        row["deliveryWindow"] = json!({
            "startDateUtc": format!("{day}T08:00:00-03:00"),
            "endDateUtc": format!("{day}T16:00:00Z"), "listPrice": 300,
        });
    }
    order
}

fn held(order: &Order) -> Vec<String> {
    order.slots.iter().map(|slot| slot.id.to_string()).collect()
}

const MONDAY: &str = "Agendada@2026-11-23T11:00:00Z/2026-11-23T16:00:00Z";

#[test]
fn an_order_takes_one_place_of_a_limited_window_however_many_lines_come_in_it() {
    let placed = |capacity, day| {
        let orders = shop(capacity).orders(&[in_the_morning("1-01", day)]);
        held(&orders[0])
    };
    assert_eq!(placed(Some(2), "2026-11-23"), [MONDAY]);
    // Any number can have it.
    assert!(placed(None, "2026-11-23").is_empty());
    // Not one of the method's, and one that is over.
    assert!(placed(Some(2), "2026-11-22").is_empty());
    assert!(placed(Some(2), "2026-11-20").is_empty());
    let plain = shop(Some(2)).orders(&[order("1-01", &[("W1", 1, 1000)])]);
    assert!(held(&plain[0]).is_empty());
}

#[test]
fn an_expired_order_takes_the_windows_again_that_are_still_ahead() {
    let mut shop = shop(Some(2));
    let expired = {
        let mut order = shop
            .orders(&[in_the_morning("1-01", "2026-11-23")])
            .remove(0);
        order.state = State::Expired {
            expired_at: fixture::now(),
            payment_refused: false,
        };
        order
    };
    let renewed = |shop: &Shop, order: &Order, hours| {
        let mut order = order.clone();
        let now = fixture::now().plus(SignedDuration::from_hours(hours));
        renew_slots(&shop.settings, &mut order, now);
        order.slots.first().map(|slot| slot.capacity)
    };
    // The window is on Monday from 11 to 16 o'clock; it is Saturday, midnight.
    assert_eq!(renewed(&shop, &expired, 63), Some(2));
    assert_eq!(renewed(&shop, &expired, 64), None);
    let windows = &mut shop.settings.shipping.methods[2].windows;
    windows.as_mut().unwrap().slots[0].capacity = Some(7);
    assert_eq!(renewed(&shop, &expired, 0), Some(7));
    // One that holds its windows keeps them as they are.
    let mut placed = expired.clone();
    placed.state = State::Placed {
        reserved_until: fixture::now(),
    };
    assert_eq!(renewed(&shop, &placed, 100), Some(2));
    windows_are_gone(&mut shop);
    assert_eq!(renewed(&shop, &expired, 0), None);
}

fn windows_are_gone(shop: &mut Shop) {
    shop.settings.shipping.methods[2].windows = None;
}
