extension UnboundPlan {
    /// What the item at `place` has to do, with what is known of its kernel.
    func account(for place: Int) -> PlanItem {
        guard var account = accounts[place] else { return .barrier }
        if case .kernel(let choice, _, _, _, _) = items[place] { account.note(choice) }
        return account
    }
}
