//! What is sold: the newest word counts, here and at the marketplaces.

use super::{Everything, Verdict, differs};
use crate::plan::ACCOUNTS;

/// Compares every SKU.
pub(super) fn compare(everything: Everything<'_>, verdict: &mut Verdict) {
    let books = everything.books;
    for (code, sku) in &everything.plan.goods.skus {
        let name = books.stock.get(code).map(|item| item["name"].as_str());
        let should = Some(Some(sku.name.as_str()));
        let what = format!("the name of {code}");
        verdict.differences.extend(differs(&what, &name, &should));
        for account in ACCOUNTS {
            let place = (account.to_owned(), code.clone());
            let quote = books.quotes.get(&place);
            let number = |name: &str| quote.and_then(|quote| quote[name].as_i64());
            let price = match (account == ACCOUNTS[1], sku.second_price) {
                (true, Some(price)) => price,
                _ => sku.price,
            };
            let what = format!("the price of {code} for {account}");
            verdict
                .differences
                .extend(differs(&what, &number("price"), &Some(price)));
            let believed = books.offers.get(&place);
            let believed = believed.map(|offer| (offer.price, offer.stock));
            let should = Some((number("price"), number("stock")));
            let what = format!("what {account} believes of {code}");
            verdict
                .differences
                .extend(differs(&what, &believed, &should));
        }
    }
}
