//! What a shopper does: the driver does it.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Serialize;

use super::Control;
use super::answer::Mistake;
use crate::driver::{
    BrowseRequest, BuyRequest, CancelRequest, CartRequest, DenyPaymentRequest, ModifyRequest,
    PayRequest, PreviewRequest, Refusal, WithdrawRequest,
};

/// A body, or why it is none.
type Body<T> = Result<Json<T>, JsonRejection>;

pub(super) async fn browse(
    State(control): State<Control>,
    body: Body<BrowseRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.browse(body?.0).await)
}

pub(super) async fn cart(
    State(control): State<Control>,
    body: Body<CartRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.cart(body?.0).await)
}

pub(super) async fn buy(
    State(control): State<Control>,
    body: Body<BuyRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.buy(body?.0).await)
}

pub(super) async fn pay(
    State(control): State<Control>,
    body: Body<PayRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.pay(body?.0).await)
}

pub(super) async fn deny_payment(
    State(control): State<Control>,
    body: Body<DenyPaymentRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.deny_payment(body?.0).await)
}

pub(super) async fn cancel(
    State(control): State<Control>,
    body: Body<CancelRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.cancel_by_shopper(body?.0).await)
}

pub(super) async fn modify(
    State(control): State<Control>,
    body: Body<ModifyRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.modify(body?.0).await)
}

pub(super) async fn preview_modification(
    State(control): State<Control>,
    body: Body<PreviewRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.preview_modification(body?.0).await)
}

pub(super) async fn withdraw_modification(
    State(control): State<Control>,
    body: Body<WithdrawRequest>,
) -> Result<Response, Mistake> {
    answer(control.driver.withdraw_modification(body?.0).await)
}

fn answer(result: Result<impl Serialize, Refusal>) -> Result<Response, Mistake> {
    match result {
        Ok(result) => Ok(Json(result).into_response()),
        Err(refusal) => {
            let status =
                StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Err(Mistake::new(status, refusal.to_string()))
        }
    }
}
