//! The answer to a call as it came.
//!
//! The client makes a map of maps of texts of each item, to be looked at once and thrown away, which took a
//! third of a simulation's instructions (`docs/performance.md`). What reads often reads the answer's own bytes
//! instead; the call itself, its signature, connection and time-outs, is the client's still.

use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, Error, Output,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::config_bag::ConfigBag;

/// Keeps the body of a BatchGetItem's answer instead of having it read. An error is read as ever.
///
/// For one call. Should the client try that again by itself after an answer that broke off, an error is
/// only told as a failed try, since what would read it is gone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verbatim(Arc<OnceLock<Vec<u8>>>);

impl Verbatim {
    /// What came, if the call succeeded.
    pub(crate) fn body(&self) -> Option<&[u8]> {
        self.0.get().map(Vec::as_slice)
    }
}

#[dyn_dispatch_hint]
impl Intercept for Verbatim {
    fn name(&self) -> &'static str {
        "Verbatim"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.response().status().is_success() {
            let keeps = SharedResponseDeserializer::new(self.clone());
            config.interceptor_state().store_put(keeps);
        }
        Ok(())
    }
}

impl DeserializeResponse for Verbatim {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        _: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        if !response.status().is_success() {
            let status = response.status().as_u16();
            return Err(OrchestratorError::response(
                format!("status {status}").into(),
            ));
        }
        let body = response.body().bytes();
        let body = body.ok_or_else(|| OrchestratorError::response("it has no body".into()))?;
        self.0.get_or_init(|| body.to_vec());
        Ok(Output::erase(BatchGetItemOutput::builder().build()))
    }
}
