using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Heads;

/// <summary>The output head: the logits E · h of one token, from the embedding E and the normed hidden state h.</summary>
/// <remarks>
/// The vocabulary is split into tiles of 16 rows, and threads take ranges of tiles. Each thread has a workspace of its own and calls,
/// once h is complete, <see cref="Prepare"/>, <see cref="Compute"/> for its own range, and <see cref="Rescore"/> for some of the rows
/// that turn out to be the largest (<see cref="Shortlist"/>). A logit does not depend on how the ranges are cut.
/// Nothing is allocated in a call, and nothing is kept but in the workspace: any thread may use a head.
/// The embedding's memory, and that of the packed form, belongs to someone else, who outlives this.
/// </remarks>
internal abstract unsafe class OutputHead
{
    public const int TileRows = 16;
    public const int ColumnGranularity = 64;

    // A limit of the byte head's arithmetic (see HeadActivations), far above any model's width.
    public const int MaxColumns = 65_536;

    /// <exception cref="NotSupportedException">This process cannot compute at that level.</exception>
    protected OutputHead(KernelLevel level, int rows, int columns)
    {
        if (!KernelLevels.IsSupported(level))
        {
            throw new NotSupportedException($"{level}");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, MaxColumns);
        Level = level;
        Rows = rows;
        Columns = columns;
        PaddedColumns = PaddedColumnsOf(columns);
        TileCount = TileCountOf(rows);
    }

    public KernelLevel Level { get; }

    /// <summary>Size of the vocabulary.</summary>
    public int Rows { get; }

    /// <summary>Width of the hidden state.</summary>
    public int Columns { get; }

    public int PaddedColumns { get; }

    public int TileCount { get; }

    /// <summary>Logits in whole tiles: how long the array of logits has to be. Those behind <see cref="Rows"/> mean nothing.</summary>
    public int LogitCount => TileCount * TileRows;

    /// <summary>Memory that a thread needs as its workspace, 64-byte aligned.</summary>
    public abstract int WorkspaceBytes { get; }

    /// <summary>Brings the hidden state into the head's own form: a few microseconds, so each thread does it for itself.</summary>
    /// <param name="hidden">[Columns]</param>
    public abstract void Prepare(float* hidden, byte* workspace);

    /// <summary>Writes the logits of the rows of some tiles, and no others.</summary>
    /// <param name="endTile">The tile behind the last.</param>
    /// <param name="logits">[LogitCount], of the whole vocabulary.</param>
    public abstract void Compute(int firstTile, int endTile, byte* workspace, float* logits);

    /// <summary>How many of the largest logits are to be rescored; 0 where all are exact.</summary>
    public abstract int RescoredRows { get; }

    /// <summary>Replaces the logits of some rows by exact ones.</summary>
    /// <param name="rows">[count]</param>
    public abstract void Rescore(int* rows, int count, byte* workspace, float* logits);

    public static int TileCountOf(int rows) => (rows + TileRows - 1) / TileRows;

    public static int PaddedColumnsOf(int columns) => (columns + ColumnGranularity - 1) / ColumnGranularity * ColumnGranularity;

    /// <summary>Row scales of a packed form: one for each row, those that fill up the last tile included.</summary>
    public static int RowScaleCountOf(int rows) => TileCountOf(rows) * TileRows;
}
