//! Scans of declared APIs in physical plans.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr_common::physical_expr::proto_decode::PhysicalExprDecodeCtx;
use datafusion::physical_expr_common::physical_expr::proto_encode::PhysicalExprEncodeCtx;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use declarest::ErrorKind;
use declarest_datafusion::{FetchExec, FetchSpec};

use crate::named_scan::NamedScan;
use crate::node::Node;
use crate::node_error::NodeError;
use crate::seal;

/// Reads and writes scans of declared APIs, and leaves all else to another codec.
#[derive(Debug)]
pub(crate) struct Physical {
    node: Node,
    inner: Arc<dyn PhysicalExtensionCodec>,
}

impl Physical {
    pub(crate) fn new(node: Node, inner: Arc<dyn PhysicalExtensionCodec>) -> Self {
        Self { node, inner }
    }

    fn write(&self, scan: &FetchExec, bytes: &mut Vec<u8>) -> Result<(), NodeError> {
        let seal = self.node.seal(scan.client())?;
        scan.spec().and_then(|spec| seal::write(seal, spec, bytes)).map_err(|error| self.node.error(&error))
    }

    /// The scan in these bytes, if they are of this crate.
    fn read(&self, bytes: &[u8], inputs: &[Arc<dyn ExecutionPlan>]) -> Option<Result<FetchExec, NodeError>> {
        let read = seal::read::<FetchSpec>(bytes)?;
        Some(read.map_err(|error| self.node.error(&error)).and_then(|(seal, spec)| {
            let client = self.node.client(&seal)?;
            let [work] = inputs else {
                let message = format!("internal error: a scan of {} lists of work; please report it", inputs.len());
                return Err(NodeError::new(ErrorKind::Config, &self.node.name, message));
            };
            let pages = client.concurrency() / self.node.parts;
            FetchExec::from_spec(client, spec, Arc::clone(work), pages).map_err(|error| self.node.error(&error))
        }))
    }
}

impl PhysicalExtensionCodec for Physical {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match self.read(bytes, inputs) {
            Some(scan) => {
                let scan = Arc::new(scan.map_err(NodeError::into_datafusion)?);
                Ok(Arc::new(NamedScan::new(&self.node.name, scan)))
            }
            None => self.inner.try_decode(bytes, inputs, context, converter),
        }
    }

    fn try_encode(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        match plan.downcast_ref::<FetchExec>() {
            Some(scan) => self.write(scan, bytes).map_err(NodeError::into_datafusion),
            None => self.inner.try_encode(plan, bytes, converter),
        }
    }

    fn try_decode_expr(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn PhysicalExpr>],
        context: &PhysicalExprDecodeCtx<'_>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        self.inner.try_decode_expr(bytes, inputs, context)
    }

    fn try_encode_expr(
        &self,
        expression: &Arc<dyn PhysicalExpr>,
        bytes: &mut Vec<u8>,
        context: &PhysicalExprEncodeCtx<'_>,
    ) -> Result<()> {
        self.inner.try_encode_expr(expression, bytes, context)
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.inner.try_decode_udf(name, bytes)
    }

    fn try_encode_udf(&self, function: &ScalarUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udf(function, bytes)
    }

    fn try_decode_higher_order_function(&self, name: &str, bytes: &[u8]) -> Result<Arc<HigherOrderUDF>> {
        self.inner.try_decode_higher_order_function(name, bytes)
    }

    fn try_encode_higher_order_function(&self, function: &HigherOrderUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_higher_order_function(function, bytes)
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.inner.try_decode_udaf(name, bytes)
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udaf(function, bytes)
    }

    fn try_decode_udwf(&self, name: &str, bytes: &[u8]) -> Result<Arc<WindowUDF>> {
        self.inner.try_decode_udwf(name, bytes)
    }

    fn try_encode_udwf(&self, function: &WindowUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udwf(function, bytes)
    }
}
