extension PaperPlan {
    /// What the item at `place` has to do, with what is known of its kernel.
    func account(for place: Int, done bound: WorkerPlan.Item) -> PlanItem {
        guard var account = accounts[place] else { return .barrier }
        if case .kernel(let choice, _, _, _, _) = items[place] {
            account.note(choice)
            if case .compute(let kernel) = bound { account.isLibrarys = !(kernel is LoopKernel) }
        }
        return account
    }
}
