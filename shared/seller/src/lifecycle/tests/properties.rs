//! What holds whatever happens to an order in whatever sequence.

use feirante_models::events::EventType;
use proptest::prelude::*;

use super::*;

/// Events, the hours that pass before each, and whether the order's units are still there if it
/// needs them again.
fn events() -> impl Strategy<Value = Vec<(Event, i64, bool)>> {
    let event = prop_oneof![
        Just(Event::SamePlacement),
        Just(Event::OtherPlacement),
        Just(Event::Authorization),
        Just(Event::Cancellation(CancellationPolicy::Evaluate)),
        Just(Event::Cancellation(CancellationPolicy::Confirm)),
        Just(Event::ErpConfirms),
        Just(Event::ErpRefuses),
        Just(Event::ReservationEnds),
    ];
    prop::collection::vec((event, 0..100_i64, any::<bool>()), 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn an_order_keeps_its_word(events in events(), in_review in any::<bool>()) {
        let review = if in_review { Review::Pending } else { Review::NotNeeded };
        let mut order = placed(review);
        let (mut held, mut changes) = (true, 0);
        let (mut authorization, mut cancellation) = (None, None);
        let mut now = 0;
        for (event, wait, units_left) in events {
            now += wait;
            let (transition, answer) = apply(&order, event, hours(now));
            if let Some(Transition { order: changed, stock }) = transition {
                prop_assert_ne!(order.status(), "canceled", "canceled is final");
                if stock == StockEffect::Reserve && !units_left {
                    continue;
                }
                match stock {
                    StockEffect::Keep => {}
                    StockEffect::Release => {
                        prop_assert!(held, "released twice");
                        held = false;
                    }
                    StockEffect::Reserve => {
                        prop_assert!(!held, "reserved twice");
                        held = true;
                    }
                }
                changes += 1;
                order = changed;
            }
            let holds = matches!(order.state, State::Placed { .. } | State::Authorized { .. });
            prop_assert_eq!(held, holds);
            prop_assert_eq!(order.version, 1 + changes);
            prop_assert_eq!(order.timeline.len() as u64, order.version);

            // Receipts are told from other answers by their form.
            if answer.len() == 32 {
                let first = match event {
                    Event::Authorization => &mut authorization,
                    _ => &mut cancellation,
                };
                prop_assert_eq!(first.get_or_insert_with(|| answer.clone()), &answer);
            }
            if cancellation.is_some() {
                prop_assert_eq!(order.status(), "canceled");
            }

            let json = serde_json::to_string(&order).unwrap();
            prop_assert_eq!(serde_json::from_str::<Order>(&json).unwrap(), order.clone());
        }
    }

    #[test]
    fn the_erp_is_told_of_each_change_by_its_type(events in events()) {
        let mut order = placed(Review::NotNeeded);
        let mut now = 0;
        for (event, wait, _) in events {
            now += wait;
            let before = order.status();
            let Some(transition) = apply(&order, event, hours(now)).0 else {
                continue;
            };
            order = transition.order;
            let expected = match (before, order.status()) {
                // Its own refusal.
                ("cancel_requested", "cancel_requested") => None,
                (_, "authorized") => Some(EventType::Authorized),
                (_, "cancel_requested") => Some(EventType::CancellationRequested),
                (_, "canceled") => Some(EventType::Canceled),
                (_, "expired") => Some(EventType::Expired),
                (_, status) => panic!("{status}"),
            };
            prop_assert_eq!(order.timeline.last().unwrap().change.event(), expected);
        }
    }
}
