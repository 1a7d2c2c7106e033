/// <summary>What the 64 numbers (channels) of the model's hidden state are for.</summary>
internal static class Channels
{
    public const int Count = 64;

    /// <summary>The first ones hold what a token means.</summary>
    public const int Meaning = TokenVectors.ReducedWidth;

    /// <summary>The one that holds how much a token counts.</summary>
    public const int Weight = Meaning;

    /// <summary>The rest fills up: with it, every token has mean 0 and variance 1.</summary>
    public const int FirstFiller = Weight + 1;

    public const int Fillers = Count - FirstFiller;
}
