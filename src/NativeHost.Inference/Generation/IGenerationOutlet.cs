namespace NativeHost.Inference.Generation;

/// <summary>Where a running generation sends its events, and where it learns that it shall stop.</summary>
internal interface IGenerationOutlet
{
    bool StopRequested { get; }

    /// <summary>Hands over an event; waits while the reader is far behind, but not once a stop is requested.</summary>
    void Send(in GenerationEvent next);
}
