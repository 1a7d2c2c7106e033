namespace NativeHost.SearchQuality;

/// <summary>What messages are about: things, what was done to them, and where or when. Each is said in three ways that mean the same, or nearly.</summary>
internal static class Topics
{
    /// <summary>[topics][things, deeds][concepts][ways to say it].</summary>
    public static readonly string[][][][] All =
    [
        Topic(
            "bicycle|bike|cycle; car|automobile|vehicle; couch|sofa|settee; boat|vessel|ship",
            "repaired|mended|fixed; painted|varnished|coated; sold|auctioned|traded; wrecked|ruined|destroyed"),
        Topic(
            "soup|broth|stew; cake|pastry|dessert; beef|meat|steak; wine|liquor|champagne",
            "burned|scorched|charred; tasted|sampled|tried; forgot|overlooked|neglected; stole|grabbed|snatched"),
        Topic(
            "physician|doctor|surgeon; toddler|child|baby; soldier|trooper|infantryman; farmer|grower|peasant",
            "cured|healed|treated; frightened|scared|terrified; helped|assisted|aided; insulted|offended|mocked"),
        Topic(
            "flight|plane|aircraft; hotel|inn|motel; suitcase|luggage|baggage; ticket|pass|voucher",
            "booked|reserved|ordered; cancelled|revoked|withdrew; lost|misplaced|mislaid; praised|lauded|commended"),
        Topic(
            "loan|credit|mortgage; salary|wage|pay; tax|levy|duty; shares|stocks|equities",
            "refused|rejected|declined; raised|increased|boosted; reduced|lowered|cut; hid|concealed|disguised"),
        Topic(
            "exam|test|quiz; lecture|talk|speech; essay|paper|article; pupil|student|schoolboy",
            "failed|flunked|botched; prepared|readied|planned; criticized|attacked|condemned; finished|completed|concluded"),
        Topic(
            "puppy|dog|hound; kitten|cat|feline; horse|pony|mare; cattle|cows|livestock",
            "fed|nourished|nurtured; chased|pursued|hunted; washed|cleaned|scrubbed; rescued|saved|freed"),
        Topic(
            "laptop|computer|notebook; password|login|username; printer|scanner|copier; website|homepage|portal",
            "hacked|breached|infiltrated; installed|configured|deployed; replaced|substituted|swapped; deleted|erased|removed"),
        Topic(
            "guitar|violin|cello; song|tune|melody; choir|chorus|singers; movie|film|cinema",
            "rehearsed|practised|drilled; recorded|taped|filmed; hated|despised|loathed; discovered|found|uncovered"),
        Topic(
            "thief|burglar|robber; judge|magistrate|jurist; lawyer|attorney|barrister; witness|bystander|onlooker",
            "arrested|detained|apprehended; questioned|interrogated|interviewed; deceived|tricked|fooled; threatened|intimidated|menaced"),
        Topic(
            "flowers|blossoms|blooms; oak|tree|maple; vegetables|carrots|cabbages; weeds|nettles|thistles",
            "watered|sprinkled|irrigated; planted|sowed|grew; trimmed|pruned|clipped; poisoned|killed|exterminated"),
        Topic(
            "jacket|coat|overcoat; shoes|boots|sneakers; dress|gown|skirt; jewel|necklace|bracelet",
            "sewed|stitched|knitted; wore|donned|sported; tore|ripped|shredded; lent|loaned|borrowed"),
        Topic(
            "goalkeeper|striker|midfielder; coach|trainer|manager; trophy|medal|prize; stadium|arena|gymnasium",
            "cheered|applauded|celebrated; fired|sacked|dismissed; won|earned|gained; inspected|examined|checked"),
        Topic(
            "novel|book|volume; poem|verse|rhyme; newspaper|magazine|journal; diary|memoir|autobiography",
            "translated|interpreted|rendered; published|printed|issued; banned|censored|forbade; read|perused|studied"),
        Topic(
            "planet|moon|asteroid; telescope|lens|binoculars; rocket|missile|spacecraft; satellite|probe|orbiter",
            "observed|watched|viewed; launched|fired off|propelled; measured|calculated|computed; photographed|pictured|snapped"),
        Topic(
            "bridge|viaduct|overpass; tower|skyscraper|building; wall|fence|barrier; tunnel|passage|shaft",
            "built|constructed|erected; designed|drew|sketched; demolished|razed|flattened; guarded|protected|defended"),
        Topic(
            "president|chancellor|premier; senator|congressman|lawmaker; treaty|agreement|pact; strike|protest|demonstration",
            "elected|chose|selected; supported|backed|endorsed; opposed|resisted|fought; announced|declared|proclaimed"),
        Topic(
            "apartment|flat|condo; kitchen|pantry|scullery; carpet|rug|mat; curtains|drapes|blinds",
            "rented|leased|hired; tidied|swept|dusted; decorated|adorned|furnished; measured|gauged|sized"),
        Topic(
            "virus|bacteria|germs; vaccine|medicine|drug; wound|injury|bruise; fever|flu|cold",
            "caught|contracted|got; spread|transmitted|passed on; tested|analysed|investigated; survived|endured|overcame"),
        Topic(
            "battery|accumulator|charger; motor|engine|turbine; cable|wire|cord; pipe|tube|hose",
            "connected|linked|joined; cooled|chilled|refrigerated; heated|warmed|boiled; exported|shipped|delivered"),
    ];

    /// <summary>[circumstances][ways to say it]: where or when, which goes with each topic.</summary>
    public static readonly string[][] Circumstances = Concepts(
        "in the basement|in the cellar|in the vault; at the harbour|at the port|at the docks; near the forest|near the woods|near the trees; on the street|on the road|on the avenue; " +
        "for the guests|for the visitors|for the tourists; before dawn|before sunrise|before daybreak; during the storm|during the hurricane|during the gale; at the wedding|at the marriage|at the ceremony; " +
        "at the hospital|at the clinic|at the infirmary; in the village|in the town|in the hamlet; on the mountain|on the hill|on the peak; inside the church|inside the chapel|inside the cathedral; " +
        "for the holiday|for the vacation|for the trip; near the border|near the frontier|near the boundary; in the desert|in the dunes|in the sand; after the conference|after the meeting|after the summit; " +
        "in spring|in april|in march; because of the war|because of the conflict|because of the fighting; despite the law|despite the statute|despite the legislation; against the advice|against the guidance|against the recommendations; " +
        "at the university|at the college|at the academy; in winter|in december|in january; with a friend|with a companion|with a buddy; without help|without assistance|without support; " +
        "by the river|by the stream|by the creek; in the field|in the meadow|in the pasture; behind the house|behind the home|behind the residence; in the rain|in the drizzle|in the downpour; " +
        "in the office|in the workplace|in the headquarters; during the night|during the evening|during the dusk; for the customer|for the client|for the buyer; by mistake|by accident|by error; " +
        "at the festival|at the carnival|at the fair; on television|on tv|on the broadcast; in the theatre|in the playhouse|in the auditorium; with the children|with the kids|with the youngsters; " +
        "in the courtroom|in the court|in the tribunal; at the prison|at the jail|at the penitentiary; outside the shop|outside the store|outside the supermarket; on the train|on the railway|on the subway");

    public static readonly string[] FirstNames =
    [
        "Anna", "Peter", "Maria", "John", "Laura", "David", "Helen", "Thomas", "Julia", "Martin", "Sarah", "Daniel", "Clara", "Victor", "Emma", "Robert",
    ];

    /// <summary>What stands around a message's sentence, as people write.</summary>
    public static readonly string[] Openings =
    [
        "", "", "By the way: ", "You asked what happened. ", "Just so you know, ", "I heard that ", "As far as I remember, ", "Here is what they told me: ", "Good news, ", "To sum it up: ",
    ];

    /// <summary>{0} is a number.</summary>
    public static readonly string[] Closings =
    [
        "It came to {0} euros in the end.", "The reference is {0}, keep it somewhere safe.", "There is more about it in case {0}.", "Call extension {0} if you want to know more.",
        "That was entry {0} of the list, and nobody has looked at the others yet.", "I wrote it down under number {0}.", "We can talk about it tomorrow, room {0} is free all day.",
    ];

    /// <summary>What somebody looks for, in words: {0} the thing, {1} what was done, {2} where or when.</summary>
    public static readonly string[] Questions =
    [
        "who {1} the {0} {2}", "{0} {1} {2}", "the message where somebody {1} a {0} {2}", "what was it about the {0} that was {1} {2}", "when was the {0} {1} {2}?",
    ];

    private static string[][][] Topic(string things, string deeds) => [Concepts(things), Concepts(deeds)];

    private static string[][] Concepts(string words) => [.. words.Split("; ").Select(concept => concept.Split('|'))];
}
