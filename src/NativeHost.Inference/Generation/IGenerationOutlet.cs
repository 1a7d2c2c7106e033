namespace NativeHost.Inference.Generation;

/// <summary>Where a running generation sends its events, and where it learns that it shall stop.</summary>
internal interface IGenerationOutlet
{
    bool StopRequested { get; }

    /// <summary>Hands over an event, and never waits: what goes on past a reader that is far behind is the scheduler's to see to.</summary>
    void Send(in GenerationEvent next);
}
