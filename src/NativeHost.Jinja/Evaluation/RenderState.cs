namespace NativeHost.Jinja.Evaluation;

/// <summary>What all parts of one rendering share.</summary>
internal sealed class RenderState(RenderBudget budget, TimeProvider time)
{
    public RenderBudget Budget { get; } = budget;

    /// <summary>Tells the time, and the zone it is told in.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Where in the source the operation stands that runs, for its failure.</summary>
    public int Offset { get; set; }
}
