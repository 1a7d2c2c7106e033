using System.Runtime.CompilerServices;

namespace NativeHost.Jinja.Evaluation;

/// <summary>What a rendering has used of its limits.</summary>
internal sealed class RenderBudget(RenderLimits limits, CancellationToken cancellation)
{
    /// <summary>Characters that are looked through in the time of a step.</summary>
    private const int CharactersOfStep = 64;

    private const int StepsBetweenLooks = 4096;

    private readonly long _maxCharacters = limits.MaxCharacters;
    private readonly int _maxDepth = limits.MaxDepth;
    private int _steps = limits.MaxSteps;
    private int _untilLook = StepsBetweenLooks;
    private long _characters;
    private int _depth;

    public int MaxRange { get; } = limits.MaxRange;

    /// <summary>Counts a step.</summary>
    public void Step() => Charge(1);

    /// <summary>Counts what takes as long as some steps.</summary>
    public void Charge(int steps)
    {
        _steps -= steps;
        _untilLook -= steps;
        if (_steps < 0)
        {
            throw JinjaFailure.Limit($"The template needs more than {limits.MaxSteps} steps; it loops, or the conversation is too long for it.");
        }

        if (_untilLook <= 0)
        {
            _untilLook = StepsBetweenLooks;
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Counts characters that are looked at.</summary>
    public void ChargeScan(long characters) => Charge(1 + (int)Math.Min(characters / CharactersOfStep, int.MaxValue / 2));

    /// <summary>Counts characters before a text with them is made.</summary>
    public void ChargeText(long characters)
    {
        _characters += characters;
        if (_characters > _maxCharacters)
        {
            throw JinjaFailure.Limit($"The template makes texts of more than {_maxCharacters} characters; it doubles one, or the conversation is too long for it.");
        }

        Charge((int)Math.Min(characters / CharactersOfStep, int.MaxValue / 2));
    }

    /// <summary>Goes one level deeper. A failed rendering ends as a whole, so only those that succeed leave.</summary>
    public void Enter()
    {
        if (++_depth > _maxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw JinjaFailure.Limit($"Calls, expressions or values lie in one another more than {_maxDepth} deep; a macro calls itself without end, or a value nests too much.");
        }
    }

    public void Leave() => _depth--;
}
