//! The lab `closed-loop`: threads that wait for their answer before they ask again, and one slow path that some of the
//! requests take.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `network`: the queues, solved exactly; `scaled`: the numbers that this takes
//! - `capacity`: what each station can do at most; `whereabouts`: where the threads are, and which line is the limit
//! - `findings`: the report; `curves`: its pictures; `verdict`: its first sentence

mod capacity;
mod curves;
mod findings;
pub mod network;
mod params;
mod presets;
mod scaled;
mod verdict;
mod whereabouts;

use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, PageText, Text};

/// The lab.
pub static LAB: Lab = Lab {
    id: "closed-loop",
    title: PageText::new("Which queue do my threads stand in?", "线程都在哪个队列里等？"),
    summary: PageText::new(
        "A fixed number of threads ask, wait, think and ask again. All requests need a processor, some of them a path that takes one at a time. How throughput and response time follow, and how few of those requests it takes to stop all others.",
        "固定数量的线程发请求、等结果、想一会儿再发。所有请求都要用处理器，其中一部分还要走一次只能过一个的慢路径。吞吐和响应时间由此确定，还能看到多小比例的慢请求就能拖住全部请求。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("per_s", Text::new("requests per second", "每秒请求数")),
        ("response_ms", Text::new("milliseconds, mean of all", "平均响应（毫秒）")),
        ("normal_ms", Text::new("milliseconds, normal path", "正常路径（毫秒）")),
        ("slow_ms", Text::new("milliseconds, slow path", "慢路径（毫秒）")),
        ("slow_waiting", Text::new("threads in line for the slow path", "排在慢路径前的线程")),
    ],
    assumptions: &[
        PageText::new(
            "Service and think times are exponentially distributed, and each request takes the slow path by chance, whatever the one before did. That makes the result exact (a product-form network), without a simulation.",
            "服务时间和思考时间服从指数分布，每个请求是否走慢路径各凭概率，与前一个无关。这样的网络有精确解（乘积形式），不需要模拟。",
        ),
        PageText::new(
            "The slow path serves one request at a time in each lane, first come, first served, and uses no processor of the first station.",
            "慢路径的每条通道一次只服务一个请求，先来先服务，不占用前面的处理器。",
        ),
        PageText::new(
            "It is the steady state: as many requests end as begin.",
            "结果是稳定状态：单位时间内开始和结束的请求一样多。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Service times of another distribution: constant ones give up to a tenth more throughput near the knee, and less waiting.",
            "其他分布的服务时间：如果时间恒定，拐点附近的吞吐最多能高一成，排队也更短。",
        ),
        PageText::new(
            "Costs that grow with the number of threads: context switches, cache misses, waking up all that wait.",
            "随线程数增长的开销：上下文切换、缓存失效、惊群唤醒。",
        ),
        PageText::new(
            "Timeouts, retries and pools that limit how many requests are under way.",
            "超时、重试，以及限制并发请求数的连接池。",
        ),
    ],
    model: 1,
    packets: false,
    measures: None,
    long: None,
    run,
    notes: params::notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    findings::report(params, &params::settings(params), lang)
}
