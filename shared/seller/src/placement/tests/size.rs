//! An order has to fit into its item.

use feirante_models::Code;

use super::*;

/// An order of so many lines whose delivery option has a name of so many letters.
fn wordy(lines: usize, letters: usize) -> Value {
    let mut order = order("1-01", &vec![("2000037", 1, 7390); lines]);
    for logistics in order["shippingData"]["logisticsInfo"]
        .as_array_mut()
        .unwrap()
    {
        logistics["selectedSla"] = "x".repeat(letters).into();
    }
    order
}

#[test]
fn what_can_t_be_kept_is_refused_as_too_many_items() {
    let mut shop = Shop::new();
    let offer = shop.offers.get_mut(&sku("2000037")).unwrap();
    fixture::put(offer, "main", 10_000);
    assert_eq!(shop.orders(&[wordy(1000, 20)]).len(), 1);
    let refused = shop.refused(&[wordy(1000, 200)]);
    assert_eq!(refused.problem.code, Code::TooManyItems);
    assert!(refused.problem.message.contains("1-01"), "{refused:?}");
    assert_eq!(refused.refusal, None);
}
