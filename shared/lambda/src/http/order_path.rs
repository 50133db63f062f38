//! Which order a path means that may name it by either id.

use feirante_models::{AccountName, MarketplaceOrderId, OrderId};

/// The orders of `account` that `in_path` may mean, ours first: by our id, and by the marketplace's,
/// since published samples have either. Never the same twice.
#[must_use]
pub fn orders_meant(account: &AccountName, in_path: &str) -> Vec<OrderId> {
    let ours = OrderId::parse(in_path).ok();
    let theirs = MarketplaceOrderId::parse(in_path).ok();
    let theirs = theirs
        .map(|id| OrderId::of(account, &id))
        .filter(|id| Some(id) != ours.as_ref());
    ours.into_iter().chain(theirs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_mean_our_id_or_theirs() {
        let account = AccountName::parse("mkt1").unwrap();
        let meant = |path: &str| -> Vec<String> {
            orders_meant(&account, path)
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(meant("mkt1-1-01"), ["mkt1-1-01", "mkt1-mkt1-1-01"]);
        assert_eq!(meant("1-01"), ["1-01", "mkt1-1-01"]);
        assert_eq!(meant("a b").len(), 1);
        assert!(meant("").is_empty());
    }
}
