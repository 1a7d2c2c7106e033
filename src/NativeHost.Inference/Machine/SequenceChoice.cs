namespace NativeHost.Inference.Machine;

/// <summary>How many generations at once a model is loaded for.</summary>
public static class SequenceChoice
{
    /// <summary>Where nobody asks for a number: what others take too, and more than one person's pages ask for at once.</summary>
    public const int UsualSequences = 8;

    /// <summary>Sequences take no more than this part of the memory that a load for one generation leaves.</summary>
    private const int PartOfTheRest = 8;

    /// <summary>Chooses by what was asked for and what sequences cost with this model: little where they share a cache, and much where each has its own.</summary>
    /// <param name="requested">What was asked for; null for a choice of ours.</param>
    /// <param name="usual">What is chosen where memory is plenty.</param>
    /// <param name="bytesOf">The memory of a load for so many.</param>
    /// <param name="availableBytes">The memory there is.</param>
    public static int Choose(int? requested, int usual, Func<int, long> bytesOf, long availableBytes)
    {
        if (requested is { } asked)
        {
            return asked;
        }

        var ofOne = bytesOf(1);
        var sequences = usual;
        while (sequences > 1 && bytesOf(sequences) - ofOne > Math.Max(availableBytes - ofOne, 0) / PartOfTheRest)
        {
            sequences /= 2;
        }

        return sequences;
    }
}
