import Recommender
import Shop

extension KoreanPhrasing {
    var reasonWords: ReasonWords {
        ReasonWords(
            nothingToExplain: "설명할 것이 없어요.", soldTooRarely: "팔린 기록이 적어서 추천에 쓰지 않는 상품이에요.",
            nothingInParticular: "지금 아는 것 가운데 특별히 내세울 이유는 없어요.", similar: { "\($0.with(.with)) 비슷해요" })
    }

    func shortReason(_ told: ToldReason) -> String {
        switch told {
        case .cart(let item?): "장바구니의 \(name(item).with(.with)) 함께 자주 구매돼요"
        case .cart(nil): "장바구니와 잘 어울려요"
        case .checkedOut(let item?): "이번에 사신 \(name(item).with(.with)) 함께 자주 구매돼요"
        case .checkedOut(nil): "이번에 사신 것과 잘 어울려요"
        case .boughtBefore: "전에 사신 적이 있어요"
        case .history(let item?): "전에 사신 \(name(item).with(.with)) 이어서 자주 구매돼요"
        case .history(nil): "지난 구매와 이어져요"
        case .person(let profile): profile.gender == nil ? "\(person(profile))가 많이 찾아요" : "\(person(profile))이 많이 찾아요"
        case .neighbours: "비슷하게 사는 고객이 많이 사요"
        case .popularity: "많은 고객이 찾아요"
        }
    }
}
