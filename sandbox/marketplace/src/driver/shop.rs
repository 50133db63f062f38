//! A shopper's way up to "buy" (protocol §5.1): looking, filling a cart, buying.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::cart::{Cart, Selection};
use super::purchase::{
    Bought, BrowseRequest, BrowseVia, Browsed, BuyRequest, CartRequest, CartResult,
};
use super::quote::Quote;
use super::simulate::{Simulation, Via, items};
use super::{Driver, Refusal};
use crate::books::Settings;
use crate::options::AccountOptions;

impl Driver {
    /// Asks what a storefront would ask.
    pub(crate) async fn browse(
        self: &Arc<Self>,
        request: BrowseRequest,
    ) -> Result<Browsed, Refusal> {
        let (account, settings) = self.account(&request.account)?;
        if request.skus.is_empty() {
            return Err(Refusal::Senseless("no SKU to look at"));
        }
        let asked = request
            .skus
            .iter()
            .map(|sku| (sku.as_str(), 1))
            .collect::<Vec<_>>();
        let mut body = json!({
            "items": items(&asked, account, settings.legacy),
            "isCheckedIn": false,
        });
        if let Some(country) = &request.country {
            body["country"] = json!(country);
        }
        let answer = self
            .simulate(&Simulation {
                account,
                body,
                via: match request.via {
                    Some(BrowseVia::Post) => Via::Post,
                    Some(BrowseVia::Get) => Via::Get,
                    None => Via::of_storefronts(&settings),
                },
                sku: single(&request.skus),
            })
            .await;
        Ok(match answer {
            Ok(answer) => Browsed {
                quote: Quote::read(&asked, &answer, false),
                failure: None,
            },
            Err(why) => Browsed {
                quote: Quote::nothing(&asked, &why),
                failure: Some(why),
            },
        })
    }

    /// Looks up what a cart costs, and remembers it.
    pub(crate) async fn cart(
        self: &Arc<Self>,
        request: CartRequest,
    ) -> Result<CartResult, Refusal> {
        let (account, settings) = self.account(&request.account)?;
        if request.items.is_empty() {
            return Err(Refusal::Senseless("an empty cart"));
        }
        let mut cart = Cart {
            items: request.items,
            address: request.address,
            selection: None,
        };
        let (quote, selection) = self.quote(account, &settings, &cart).await;
        let id = Uuid::new_v4().simple().to_string();
        cart.selection = selection.as_ref().ok().cloned();
        self.carts.keep(&account.account, &id, cart);
        let reason = selection.as_ref().err().cloned();
        Ok(CartResult {
            cart: id,
            quote,
            selection: selection.ok(),
            reason,
        })
    }

    /// Buys: looks again, and places the orders if nothing has changed since.
    pub(crate) async fn buy(self: &Arc<Self>, request: BuyRequest) -> Result<Bought, Refusal> {
        let (account, settings) = self.account(&request.account)?;
        let cart = self.cart_to_buy(&request).await?;
        let group = match request.group {
            Some(group) => group,
            None => new_group(),
        };
        let Some(before) = &cart.selection else {
            return Ok(Bought::Unavailable {
                reason: "the cart could not be had when it was looked up".to_owned(),
            });
        };
        let (_, selection) = self.quote(account, &settings, &cart).await;
        let now = match selection {
            Ok(now) => now,
            Err(reason) => return Ok(Bought::Unavailable { reason }),
        };
        if before.price_differs(&now) {
            let before = before.clone();
            return Ok(Bought::ChangedPriceValue { before, now });
        }
        if before.freight_differs(&now) {
            let before = before.clone();
            return Ok(Bought::ChangedFreightPrice { before, now });
        }
        self.place(account, &settings, &group, &now, &cart.address)
            .await
    }

    /// The cart of a purchase: one that was looked up, or a new one that is looked up first.
    async fn cart_to_buy(self: &Arc<Self>, request: &BuyRequest) -> Result<Cart, Refusal> {
        let id = match (&request.cart, request.items.is_empty()) {
            (Some(id), true) if request.address.is_none() => id.clone(),
            (None, false) => {
                let looked_up = self.cart(CartRequest {
                    account: request.account.clone(),
                    items: request.items.clone(),
                    address: request.address.clone().unwrap_or_default(),
                });
                looked_up.await?.cart
            }
            _ => return Err(Refusal::Senseless("either `cart` or `items`, not both")),
        };
        self.carts
            .get(&request.account, &id)
            .ok_or_else(|| Refusal::UnknownCart {
                account: request.account.clone(),
                cart: id,
            })
    }

    async fn quote(
        &self,
        account: &AccountOptions,
        settings: &Settings,
        cart: &Cart,
    ) -> (Quote, Result<Selection, String>) {
        let asked = cart.asked();
        let skus = cart
            .items
            .iter()
            .map(|item| item.sku.clone())
            .collect::<Vec<_>>();
        let answer = self
            .simulate(&Simulation {
                account,
                body: cart.simulation(account, settings.legacy),
                via: Via::of_carts(settings),
                sku: single(&skus),
            })
            .await;
        match answer {
            Ok(answer) => {
                let quote = Quote::read(&asked, &answer, true);
                let selection = cart.select(&quote);
                (quote, selection)
            }
            Err(why) => (Quote::nothing(&asked, &why), Err(why)),
        }
    }
}

/// The only one there is.
fn single(skus: &[String]) -> Option<&str> {
    match skus {
        [sku] => Some(sku),
        _ => None,
    }
}

/// An id as order groups have it: 13 digits.
fn new_group() -> String {
    rand::random_range(1_000_000_000_000_u64..10_000_000_000_000).to_string()
}
