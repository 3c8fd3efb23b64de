"""Words of questions that name nothing."""

ASKING = frozenset(
    "什么 怎么 怎样 如何 多少 多久 哪些 哪里 哪个 位置 条件 情况 作用 方法 步骤 要求 原因 含义 功能 时候 时间 周期 "
    "需要 应该 应当 可以 注意 处理 进行 使用 最大 最小 分别 更换 发生 出现 必须 是否 表示 多大 多远 怎么办 办 做 "
    "一次 换 规定 图 图中 编号 会 能 次 数值 范围 规格 "
    "what which when where why how many much long often far do does is are can should must the of to in for "
    "locat happen type kind rang minimum maximum recommend need use".split()
)
"""They ask, or name the kind of what is asked for; English ones as stems."""
